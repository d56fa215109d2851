"""Mail in development: kept in files beside the database, and read at /dev/mail/."""

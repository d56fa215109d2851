"""Raw exports: leads, assignments and activities as CSV, sent at once where they are small, else written meanwhile."""

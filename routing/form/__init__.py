"""The hosted form at /f/<source>/: what a source asks people who want to be called."""

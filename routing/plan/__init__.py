"""The plan a manager configures: the draft, its check, published versions, and the file it is written in."""

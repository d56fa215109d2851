"""The reports, one module each. What is REPORT in a module of this folder is a report."""

"""The API's answers, by what is asked: arrivals, leads, the work on them, and people."""

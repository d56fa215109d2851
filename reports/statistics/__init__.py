"""The arithmetic behind the reports: plain Python over counts, without Django, database, clock or randomness.

quantiles.py   medians and p90, by linear interpolation
equality.py    how evenly something is spread: largest difference, Jain's index, Gini
shrinkage.py   win rates of like leads, shrunk towards the whole; the wins to expect from somebody's leads
gamma.py       the gamma distribution: what share lies below, and below what a share lies
output.py      won / expected wins, with its interval; the order of reps by it
weights.py     next period's weights, proposed from output
"""

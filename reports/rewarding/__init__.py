"""Rewarding output: next period's weights, proposed from what reps made of their leads.

proposing.py   makes a proposal for a team: the numbers, and the weights that follow
deciding.py    approves one (edited or not) into the memberships, or dismisses it
aftermath.py   what the last one that was approved did
forms.py       what a manager fills in
pages.py       the pages of it
"""

"""A believable company in its third month: Fieldwise, which sells software to businesses that send people out to work.

company.yaml is how it is set up, market.py who asks, past.py what became of it, build.py puts it into the database.
The same seed always gives the same story; only its dates move with today.
"""

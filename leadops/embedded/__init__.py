"""Servers that come as wheels and run beside this set-up, so that it needs none installed."""

"""The decision, as plain Python: no Django, no clock, no randomness, no I/O. Frozen inputs, a returned explanation."""

"""How fast it is: measurements in one run, side by side, to be read as ratios. Not part of the test suite."""

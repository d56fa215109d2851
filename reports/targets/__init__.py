"""Targets and early warnings: what a team is to reach, who falls below it, and whether their leads were the reason."""

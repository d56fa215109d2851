"""Logging in, passwords, and where somebody is logged in. One door for all: reps, managers and operators."""

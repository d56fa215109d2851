"""What a plan would do with leads: the same engine, writing nothing."""

from .arrivals import BadLeads, read_arrivals
from .run import COLUMNS, Arrival, Simulation, simulate

__all__ = ["COLUMNS", "Arrival", "BadLeads", "Simulation", "read_arrivals", "simulate"]

"""Files of leads as tables: CSV in every shape that mail programs and spreadsheets give it, and XLSX."""

from .rows import NotATable, Row, RowProblem
from .table import Table, open_table

__all__ = ["NotATable", "Row", "RowProblem", "Table", "open_table"]

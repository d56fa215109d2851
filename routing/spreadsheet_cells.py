"""Cells of a CSV as a spreadsheet may open them, without running anything that somebody wrote into them."""

from __future__ import annotations

from typing import Any, Final

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: Any) -> Any:
    """A cell as a spreadsheet shows it instead of running it: a text that looks like a formula gets an apostrophe."""
    if isinstance(value, str) and value.startswith(_RUNS):
        return f"'{value}"
    return "" if value is None else value


def as_it_was(cell: str) -> str:
    """A cell without the apostrophe that made it harmless."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUNS) else cell

"""Lists and pairs of the plan file as the rows of a form."""

from typing import Any


def one_column(name: str) -> dict[str, Any]:
    """A list as rows of one column."""
    return {
        "to_rows": lambda value: [{name: one} for one in value or []],
        "from_rows": lambda rows: [row[name] for row in rows],
    }


def from_pairs(key: str, value: str) -> Any:
    """Rows of two columns as a mapping."""
    return lambda rows: {row[key]: row[value] for row in rows}

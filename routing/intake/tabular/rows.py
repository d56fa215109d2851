"""What a table is made of, whatever file it came from."""

from dataclasses import dataclass


class NotATable(Exception):
    """The file as a whole cannot be read as a table. Its message says what is wrong and where, for a person to read."""


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one line (or of several, where a quoted cell spans lines), before headers are known."""

    line: int
    cells: list[str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: header -> text as it stands in the file.

    `line` counts as a text editor counts (from 1, the first line where a cell spans several), or is the row of the
    spreadsheet. `notes` say what was read leniently."""

    line: int
    cells: dict[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One line that could not be read as a row; the lines around it could. `text` is as much of it as can be shown."""

    line: int
    reason: str
    text: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"

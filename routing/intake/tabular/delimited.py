"""Text with delimiters: which delimiter, and one record after another.

A record is one line, or several where a quoted cell spans them. A quote that is never closed would swallow the rest
of the file; it costs its own line only."""

import csv
import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator

from .encoding import mojibake
from .rows import Record, RowProblem

DELIMITERS = (",", ";", "\t", "|", "~")
LONGEST_CELL_LINES = 2_000
LONGEST_CELL = 100_000

Line = tuple[int, str, str | None]


def quote_is_open(line: str, delimiter: str, *, open_before: bool = False) -> bool:
    """Whether a quoted cell goes on after this line. A quote inside an unquoted cell is text."""
    at, end = 0, len(line)
    inside = open_before
    if not inside and '"' not in line:
        return False
    while True:
        if inside:
            at = line.find('"', at)
            if at < 0:
                return True
            if at + 1 < end and line[at + 1] == '"':
                at += 2
                continue
            inside = False
        elif at < end and line[at] == '"':
            inside = True
            at += 1
            continue
        at = line.find(delimiter, at)
        if at < 0:
            return False
        at += 1


def text_after_closing_quote(record: str, delimiter: str) -> bool:
    """Whether a closing quote is followed by something other than a delimiter or the end: a quote not doubled."""
    at, end, inside = 0, len(record), False
    while at < end:
        if inside:
            at = record.find('"', at)
            if at < 0:
                return False
            if record.startswith('""', at):
                at += 2
                continue
            inside = False
            at += 1
            if at < end and record[at] != delimiter and record[at] not in "\r\n":
                return True
            continue
        if record[at] == '"':
            inside = True
            at += 1
            continue
        at = record.find(delimiter, at)
        if at < 0:
            return False
        at += 1
    return False


def split(record: str, delimiter: str) -> list[str]:
    """The cells of one record. Raises csv.Error where a cell is too long."""
    return next(csv.reader((record,), delimiter=delimiter), [])


def sniff(sample: list[str], declared: str | None = None) -> str:
    """The delimiter that cuts the sample's lines most evenly into the most cells; a comma where none does."""
    if declared:
        return declared
    lines = [line for line in sample if line.strip(" \t,;|~\r\n\0")]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter[int]()
        pending = ""
        for line in lines:
            still_open = quote_is_open(line, delimiter, open_before=bool(pending))
            pending += line
            if still_open:
                continue
            try:
                widths[len(split(pending.rstrip("\r\n"), delimiter))] += 1
            except csv.Error:
                widths[1] += 1
            pending = ""
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if not wide:
            continue
        count, width = max(wide)
        score = (count / sum(widths.values())) ** 2 * math.log2(width + 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def records(lines: Iterable[Line | RowProblem], delimiter: str) -> Iterator[Record | RowProblem]:
    """One record after another, blank lines too (as a record of no cells)."""
    incoming = iter(lines)
    again: deque[Line | RowProblem] = deque()

    def following() -> Line | RowProblem | None:
        return again.popleft() if again else next(incoming, None)

    while (line := following()) is not None:
        if isinstance(line, RowProblem):
            yield line
            continue
        number, text, note = line
        if not quote_is_open(text, delimiter):
            yield _record(number, text, [note] if note else [], delimiter)
            continue
        taken, length, closed = [line], len(text), False
        while len(taken) < LONGEST_CELL_LINES and length < LONGEST_CELL and (more := following()) is not None:
            if isinstance(more, RowProblem):
                again.appendleft(more)
                break
            taken.append(more)
            length += len(more[1])
            if not quote_is_open(more[1], delimiter, open_before=True):
                closed = True
                break
        joined = "".join(part[1] for part in taken)
        if closed and not text_after_closing_quote(joined, delimiter):
            notes = list(dict.fromkeys(part[2] for part in taken if part[2]))
            yield _record(number, joined, notes, delimiter)
            continue
        # The lines that the open quote swallowed are read afresh, each for itself.
        again.extendleft(reversed(taken[1:]))
        yield RowProblem(number, "a quote is opened in this line and never closed properly", text.strip()[:500])


def _record(number: int, text: str, notes: list[str], delimiter: str) -> Record | RowProblem:
    stripped = text.rstrip("\r\n")
    if "\0" in stripped:
        stripped = stripped.replace("\0", "")
        notes.append("NUL bytes were removed")
    if not stripped.isascii() and (odd := mojibake(stripped)):
        notes.append(f"{odd!r} looks like UTF-8 that was once read as Windows-1252; left as it stands")
    if not stripped or stripped == "\x1a":
        return Record(number, [], tuple(notes))
    try:
        cells = split(stripped, delimiter)
    except csv.Error:
        return RowProblem(number, f"a cell is longer than {csv.field_size_limit():,} characters", stripped[:500])
    if '"' in stripped and text_after_closing_quote(stripped, delimiter):
        notes.append("a quote inside a quoted cell is not doubled; check this row")
    return Record(number, cells, tuple(notes))

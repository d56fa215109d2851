"""A file of leads as a table: open_table() says what the file is, the table gives its rows one by one."""

import io
import re
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from routing.own_files import is_ours
from routing.spreadsheet_cells import as_it_was

from . import delimited, spreadsheet
from .encoding import Encoding, detect, mojibake
from .lines import text_lines
from .rows import NotATable, Record, Row, RowProblem

SAMPLE = 128 * 1024
SAMPLE_RECORDS = 60
ROWS_ABOVE_HEADER = 15
LINES_ABOVE_HEADER = 1_000
MOST_COLUMNS = 2_000
IN_MEMORY = 8 * 1024 * 1024

_SEP_LINE = re.compile(r'\ufeff?"?sep=(.|\\t)"?\s*$', re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+$")
_VALUE = re.compile(r"[\d\W_]*\d[\d\W_]*$")
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (XLS), or one protected by a password"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "an RTF document"),
)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|table|div|script|meta)\b", re.IGNORECASE)


class Table:
    """A table being read: iterate once, from the file, in constant memory. Close it, or use it as a context manager.

    `headers` are the columns in order, each name once; `notes` are what a person should know about the whole file. In a
    file that LeadOps wrote, what was made harmless for spreadsheets is as it was."""

    def __init__(
        self,
        records: Iterator[Record | RowProblem],
        *,
        kind: str,
        encoding: str | None = None,
        delimiter: str | None = None,
        notes: list[str] | None = None,
        opened: list[BinaryIO] | None = None,
    ) -> None:
        self.kind = kind
        self.encoding = encoding
        self.delimiter = delimiter
        self.notes: list[str] = list(notes or [])
        self._opened = opened or []
        self._ours = False
        self.header_line, self.headers, self._records = self._find_header(records)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, if open_table opened it."""
        for file in self._opened:
            file.close()

    def _find_header(
        self, records: Iterator[Record | RowProblem]
    ) -> tuple[int, list[str], Iterator[Record | RowProblem]]:
        """The header line, the names in it, and the records under it. Blank and title lines above are passed over."""
        first: list[Record | RowProblem] = []
        filled: list[Record] = []
        at_end = False
        for record in records:
            first.append(record)
            if isinstance(record, Record) and any(map(str.strip, record.cells)):
                filled.append(record)
            if len(filled) > ROWS_ABOVE_HEADER or len(first) > LINES_ABOVE_HEADER:
                break
        else:
            at_end = True
        if not filled:
            problem = next((str(record) for record in first if isinstance(record, RowProblem)), None)
            raise NotATable(
                f"the file has no readable line; {problem}" if problem else "the file holds blank lines only"
            )
        wide = max(_filled(record) for record in filled)
        header = next(record for record in filled if _filled(record) > 1 or wide == 1)
        for record in filled[: filled.index(header)]:
            self.notes.append(f"line {record.line} ({_shown(record.cells)}) stands above the header and was left out")
        place = first.index(header)
        self.notes.extend(str(record) for record in first[:place] if isinstance(record, RowProblem))
        if len(header.cells) > MOST_COLUMNS:
            raise NotATable(
                f"line {header.line} has {len(header.cells):,} columns; no more than {MOST_COLUMNS:,} are read"
            )
        if at_end and header is filled[-1] and not any(isinstance(record, RowProblem) for record in first[place:]):
            raise NotATable(
                f"the file has headers only (line {header.line}: {_shown(header.cells)}) and no rows under them"
            )
        self._ours = is_ours(header.cells)
        self._check_names(header)
        self.notes.extend(f"line {header.line}: {note}" for note in header.notes)
        return header.line, self._names(header), chain(first[place + 1 :], records)

    def _check_names(self, header: Record) -> None:
        named = [cell.strip() for cell in header.cells if cell.strip()]
        email = next((cell for cell in named if _EMAIL.match(cell[:320])), None)
        if email or all(_VALUE.match(cell[:200]) for cell in named):
            raise NotATable(
                f"line {header.line} holds {email or named[0]!r}, which is a value and not the name of a column; "
                "the file needs a line of headers above its rows"
            )

    def _names(self, header: Record) -> list[str]:
        """Each column's name once; '' for a column without one. Columns without a name at the end are dropped."""
        names: list[str] = []
        taken: set[str] = set()
        for place, cell in enumerate(header.cells, start=1):
            name = " ".join((as_it_was(cell) if self._ours else cell).replace("\ufeff", "").split())[:200]
            if not name:
                names.append("")
                continue
            again = 2
            wanted = name
            while name in taken:
                name = f"{wanted} ({again})"
                again += 1
            if name != wanted:
                self.notes.append(f"line {header.line}: column {place} is a second {wanted!r}; read as {name!r}")
            taken.add(name)
            names.append(name)
        while names and not names[-1]:
            names.pop()
        self._all_names = names
        return [name for name in names if name]

    def __iter__(self) -> Iterator[Row | RowProblem]:
        names = self._all_names
        width = len(names)
        no_gaps = all(names)
        for record in self._records:
            if isinstance(record, RowProblem):
                yield record
                continue
            cells = list(map(as_it_was, record.cells)) if self._ours else record.cells
            notes = record.notes
            count = len(cells)
            if count == width and no_gaps:
                if any(cells) and any(map(str.strip, cells)):
                    yield Row(record.line, dict(zip(names, cells, strict=True)), notes)
                continue
            if not any(map(str.strip, cells)):
                continue
            if count > width:
                cells, repaired = self._fitted(cells, width)
                if repaired:
                    notes = (*notes, repaired)
                if len(cells) > width and any(map(str.strip, cells[width:])):
                    yield self._too_wide(record, width)
                    continue
            elif count < width:
                if width > 2 and sum(1 for cell in cells if cell.strip()) == 1 and cells[0].strip():
                    yield RowProblem(
                        record.line,
                        f"one cell only ({_shown(cells)}) where the header has {width}",
                        _shown(record.cells, 500),
                    )
                    continue
                notes = (*notes, f"{count} cells where the header has {width}; the missing ones are blank")
                cells = [*cells, *[""] * (width - count)]
            yield Row(record.line, self._named(cells), notes)

    def _named(self, cells: list[str]) -> dict[str, str]:
        named = {}
        for place, (name, cell) in enumerate(zip(self._all_names, cells, strict=False), start=1):
            if name:
                named[name] = cell
            elif cell.strip():
                named[f"column {place}"] = cell
        return named

    def _fitted(self, cells: list[str], width: int) -> tuple[list[str], str | None]:
        """Cells cut at a delimiter that a backslash escapes, put together again where the row then fits."""
        if not any(cell.endswith("\\") for cell in cells):
            return cells, None
        joined: list[str] = []
        for cell in cells:
            if joined and joined[-1].endswith("\\"):
                joined[-1] = f"{joined[-1][:-1]}{self.delimiter}{cell}"
            else:
                joined.append(cell)
        if len(joined) != width:
            return cells, None
        return joined, "a backslash before the delimiter was read as part of the cell"

    def _too_wide(self, record: Record, width: int) -> RowProblem:
        return RowProblem(
            record.line,
            f"{len(record.cells)} cells where the header has {width}; "
            f"is a cell with a {_delimiter_name(self.delimiter)} in it not in quotes? "
            f"The first cell too many: {record.cells[width].strip()[:80]!r}",
            _shown(record.cells, 500),
        )


def _delimiter_name(delimiter: str | None) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter or ",", repr(delimiter))


def _filled(record: Record) -> int:
    return sum(1 for cell in record.cells if cell.strip())


def _shown(cells: list[str], limit: int = 80) -> str:
    text = " | ".join(" ".join(cell.split()) for cell in cells if cell.strip())
    return text if len(text) <= limit else f"{text[:limit]}..."


def open_table(source: str | Path | BinaryIO) -> Table:
    """The table in a path or in a file opened for bytes: CSV in any common form, or XLSX, told by content.

    Raises NotATable where the file is none, OSError where it cannot be opened. A file handed in is left open."""
    opened: list[BinaryIO] = []
    if isinstance(source, str | Path):
        file: BinaryIO = Path(source).open("rb")  # noqa: SIM115  (the table closes it)
        opened.append(file)
    else:
        file = source
    try:
        file = _seekable(file, opened)
        start = file.tell()
        sample = file.read(SAMPLE)
        file.seek(start)
        if not sample:
            raise NotATable("the file is empty")
        if sample.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            records, notes = spreadsheet.spreadsheet_records(_from_start(file, start, opened))
            return Table(records, kind="xlsx", notes=notes, opened=opened)
        return _text_table(file, sample, opened)
    except BaseException:
        for each in opened:
            each.close()
        raise


def _seekable(file: BinaryIO, opened: list[BinaryIO]) -> BinaryIO:
    """The file, or a copy of it on disk where it can be read only once, such as a pipe."""
    if file.seekable():
        return file
    return _copy(file, opened)


def _from_start(file: BinaryIO, start: int, opened: list[BinaryIO]) -> BinaryIO:
    """A zip archive counts from the start of its file."""
    return file if start == 0 else _copy(file, opened)


def _copy(file: BinaryIO, opened: list[BinaryIO]) -> BinaryIO:
    copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  (closed by the table)
    opened.append(copy)
    while block := file.read(1024 * 1024):
        copy.write(block)
    copy.seek(0)
    return copy


def _text_table(file: BinaryIO, sample: bytes, opened: list[BinaryIO]) -> Table:
    whole = len(sample) < SAMPLE
    encoding = detect(sample, whole=whole)
    _refuse_other_formats(sample, encoding)
    head = _head(sample, encoding, whole=whole)
    declared = None
    if head and (found := _SEP_LINE.match(head[0])):
        declared = "\t" if found.group(1) == "\\t" else found.group(1)
        head = head[1:]
    delimiter = delimited.sniff(head, declared)
    lines = text_lines(file, encoding)
    if declared:
        next(lines, None)
    notes = list(encoding.notes)
    if odd := mojibake("".join(head)):
        notes.append(f"{odd!r} in this file looks like UTF-8 that was once read as Windows-1252; left as it stands")
    return Table(
        delimited.records(lines, delimiter),
        kind="csv",
        encoding=encoding.codec,
        delimiter=delimiter,
        notes=notes,
        opened=opened,
    )


def _head(sample: bytes, encoding: Encoding, *, whole: bool) -> list[str]:
    """The first lines of the sample; its last one, perhaps cut in the middle, is left out unless it is the only one."""
    lines = [line[1] for line in text_lines(io.BytesIO(sample), encoding) if not isinstance(line, RowProblem)]
    if not whole and len(lines) > 1:
        lines.pop()
    return lines[:SAMPLE_RECORDS]


def _refuse_other_formats(sample: bytes, encoding: Encoding) -> None:
    for magic, name in _MAGIC:
        if sample.startswith(magic):
            raise NotATable(f"the file is {name}, not a table; save the leads as CSV or XLSX")
    text = sample[encoding.bom :]
    if encoding.codec.startswith(("utf-16", "utf-32")):
        text = text.decode(encoding.codec, "replace").encode()
    bare = _without_comments(text)
    if _HTML.match(bare):
        line = text[: len(text) - len(bare)].count(b"\n") + 1
        raise NotATable(
            f"the file is a web page (HTML starts on line {line}), not a table; was it saved from a log-in page?"
        )
    if text.lstrip().startswith(b"<?xml"):
        raise NotATable("the file is XML, not a table; save the leads as CSV or XLSX")
    if text.lstrip().startswith((b"{", b"[")) and text.rstrip().endswith((b"}", b"]", b",")) and b'":' in text:
        raise NotATable("the file is JSON, not a table; save the leads as CSV or XLSX")
    control = sum(text.count(bytes((byte,))) for byte in range(1, 32) if byte not in (9, 10, 12, 13, 26, 27))
    if (control > 8 and control * 50 > len(text)) or text.count(0) * 10 > len(text):
        place = next(at for at, byte in enumerate(text) if byte < 32 and byte not in (9, 10, 12, 13, 26, 27))
        raise NotATable(f"the file is not text (byte {place + 1} is {text[place]:#04x}); save the leads as CSV or XLSX")


def _without_comments(text: bytes) -> bytes:
    """The text from its first tag on, where blanks and comments stand before it."""
    text = text.lstrip()
    while text.startswith(b"<!--"):
        _, end, rest = text.partition(b"-->")
        if not end:
            return text
        text = rest.lstrip()
    return text

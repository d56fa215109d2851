"""XLSX, recognised by its content. Read row by row; refused before unpacking where it would unpack to far too much."""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .rows import NotATable, Record

LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_SHARED = 128 * 1024 * 1024  # openpyxl keeps the shared strings in memory
MOST_PARTS = 10_000
SHARED = ("xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml")
UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    zlib.error,
    SyntaxError,  # xml.etree's ParseError is one
)


def check_package(file: BinaryIO) -> None:
    """Raises NotATable where the zip is no spreadsheet, or would take too much room."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise NotATable(_what_zip(names))
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise NotATable(
                    "the spreadsheet unpacks to more than "
                    f"{LARGEST_UNPACKED // 1024 // 1024} MB; save the sheet as CSV instead"
                )
            for part in parts:
                if part.flag_bits & 0x1:
                    raise NotATable("the spreadsheet is protected by a password; save it without one")
                if part.filename in SHARED and part.file_size > LARGEST_SHARED:
                    raise NotATable("the spreadsheet holds too much text at once; save the sheet as CSV instead")
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(4096):
                            raise NotATable("the spreadsheet holds a DOCTYPE, which no spreadsheet has")
    except UNREADABLE as error:
        raise NotATable(f"the file starts like a spreadsheet (XLSX) but is damaged or cut short: {error}") from error
    file.seek(0)


def _what_zip(names: set[str]) -> str:
    if "word/document.xml" in names:
        return "the file is a Word document, not a table; save the table as CSV or XLSX"
    if "content.xml" in names:
        return "the file is an OpenDocument file; save it as CSV or XLSX"
    if "xl/workbook.bin" in names:
        return "the file is a binary Excel workbook (XLSB); save it as CSV or XLSX"
    return "the file is a zip archive, not a table; unpack it and import the CSV or XLSX inside"


def spreadsheet_records(file: BinaryIO) -> tuple[Iterator[Record], list[str]]:
    """The rows of the first visible sheet that has any, and notes on what was left out."""
    check_package(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or list(book.worksheets)
        for sheet in sheets:
            sheet.reset_dimensions()
        chosen = next((sheet for sheet in sheets if any(_filled(row) for row in _first_rows(sheet))), None)
    except UNREADABLE as error:
        raise NotATable(f"the spreadsheet (XLSX) cannot be read: {error}") from error
    if chosen is None:
        raise NotATable("the spreadsheet has no rows")
    left = [sheet.title for sheet in book.worksheets if sheet is not chosen]
    notes = [f"read the sheet {chosen.title!r}; left out: {', '.join(map(repr, left))}"] if left else []
    return _records(chosen), notes


def _first_rows(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number > 1000:
            return
        yield row


def _filled(row: tuple[object, ...]) -> bool:
    return any(value is not None and str(value).strip() for value in row)


def _records(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> Iterator[Record]:
    number = 0
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield Record(number, [cell_text(value) for value in row])
    except UNREADABLE as error:
        raise NotATable(f"the spreadsheet (XLSX) is damaged after row {number}: {error}") from error


def cell_text(value: object) -> str:
    """A cell as the text a person would type: whole numbers without a point, dates in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)

"""LibreOffice Calc, without a screen: opens files as a click on them does, and says what it made of them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

COMMA, OTHERS = "44", "59/9"
CUTS: Final = {"comma": COMMA, "semicolon or tab": OTHERS}
"""What the program takes for its delimiter: ours, or that of other countries."""

UTF_8, ENGLISH_US = "76", "1033"
AS_TEXT: Final = "2"
MOST_COLUMNS: Final = 300


def formulas_in(files: Mapping[str, bytes], folder: Path) -> list[tuple[str, str, str]]:
    """File, delimiter and text of every cell that became a formula, formulas being evaluated where they are found."""
    found = []
    for cut, delimiter in CUTS.items():
        for name, book in _opened(files, folder / cut.replace(" ", "-"), delimiter, columns="", evaluate=True).items():
            found += [
                (name, cut, str(cell.value))
                for row in book.active.iter_rows()
                for cell in row
                if cell.data_type == "f" or cell.hyperlink
            ]
    return found


def opened_as_text(files: Mapping[str, bytes], folder: Path) -> dict[str, list[list[str]]]:
    """The cells of each file, nothing taken for a number or a date."""
    columns = "/".join(f"{number}/{AS_TEXT}" for number in range(1, MOST_COLUMNS))
    books = _opened(files, folder / "text", COMMA, columns=columns, evaluate=False)
    return {
        name: [
            [unescape(cell.value) if isinstance(cell.value, str) else str(cell.value or "") for cell in row]
            for row in book.active.iter_rows()
        ]
        for name, book in books.items()
    }


def _opened(
    files: Mapping[str, bytes], folder: Path, delimiter: str, *, columns: str, evaluate: bool
) -> dict[str, openpyxl.Workbook]:
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice is not here, so nothing is proved: apt-get install libreoffice-calc")
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{number}.csv" for number, name in enumerate(files)}
    for name, path in paths.items():
        path.write_bytes(files[name])
    tokens = (delimiter, "34", UTF_8, "1", columns, ENGLISH_US, "false", str(evaluate).lower(), "false", "false")
    options = ",".join((*tokens, "false", "-1", str(evaluate).lower()))
    subprocess.run(
        [
            program,
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML"),
            f"--infilter=Text - txt - csv (StarCalc):{options}",
            *("--outdir", str(folder), *map(str, paths.values())),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    return {name: openpyxl.load_workbook(path.with_suffix(".xlsx")) for name, path in paths.items()}

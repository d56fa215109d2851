"""Texts in the cells of a CSV as a spreadsheet may open them, without running anything that somebody wrote into them.

A cell that begins like a formula gets an apostrophe, which says "this is text" to a reader and makes it text to every
spreadsheet (OWASP, "CSV Injection"). Three things make it less simple than that:

* What a spreadsheet passes over may stand before the sign: blanks, invisible letters, quotes, apostrophes. Signs come
  in full width, too.
* Excel takes its delimiter from the country it was bought for. Where that is a semicolon or a tab, a quoted cell is cut
  at those inside it, and at its line breaks, and what follows them begins a cell: there an apostrophe is put, too.
* It must be possible to take back. Therefore apostrophes that stand there already count for nothing: to every place
  that is dangerous, exactly one is added, and exactly one is taken away.
"""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = r"=+\-@|%＝＋－＠｜％﹦﹢﹣﹫﹪−"
"""What begins a formula, an old macro or a call of another program, in every width; and the true minus sign."""

_PASSED_OVER: Final = (
    r"\s'\"\x00-\x20\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
)
"""Blanks, control characters, letters without a shape, quotes and apostrophes."""

_RUNS: Final = rf"[{_PASSED_OVER}]*[{_SIGNS}]"
_BEGINS: Final = re.compile(rf"{_RUNS}|['\"]*[\t\r\n]")
_CUT: Final = r"[;\t\r\n]"
_GOES_ON: Final = re.compile(rf"({_CUT})(?={_RUNS})")
_WENT_ON: Final = re.compile(rf"({_CUT})'(?={_RUNS})")


def harmless(text: str) -> str:
    """A text as a spreadsheet shows it instead of running it."""
    if not text or (text[0].isalnum() and ";" not in text and text.isprintable()):
        return text  # nearly all are
    guarded = _GOES_ON.sub(r"\1'", text)
    return f"'{guarded}" if _BEGINS.match(text) else guarded


def as_it_was(cell: str) -> str:
    """The text that was made harmless. For every text, `as_it_was(harmless(text)) == text`."""
    if cell.startswith("'") and _BEGINS.match(cell, 1):
        cell = cell[1:]
    return _WENT_ON.sub(r"\1", cell)

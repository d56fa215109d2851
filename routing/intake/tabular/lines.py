"""Bytes to lines: a file of any length, a block at a time, with CR, LF and CRLF mixed as they please."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from .encoding import Encoding, decode_line
from .rows import RowProblem

BLOCK = 256 * 1024
LONGEST_LINE = 4 * 1024 * 1024


def text_lines(file: BinaryIO, encoding: Encoding) -> Iterator[tuple[int, str, str | None] | RowProblem]:
    """Line number from 1, the text with its line end, and a note where its bytes were not in the file's encoding."""
    file.read(encoding.bom)
    number = 0
    codec = encoding.codec
    blocks = _blocks(file)
    if codec.startswith(("utf-16", "utf-32")):
        blocks, codec = _as_utf8(blocks, codec), "utf-8"
    for line in _byte_lines(blocks):
        number += 1
        if line is None:
            yield RowProblem(number, f"the line is longer than {LONGEST_LINE // 1024 // 1024} MB")
            continue
        text, note = decode_line(line, codec)
        if "\ufffd" in text and encoding.codec.startswith(("utf-16", "utf-32")):
            note = f"the line holds bytes that are not {encoding.name}"
        yield number, text, note


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _as_utf8(blocks: Iterator[bytes], codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _byte_lines(blocks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines with their ends; None for a line too long to be one, whose bytes are dropped."""
    rest = b""
    too_long = False
    for block in blocks:
        # A CR at the end of a block may be the first half of CRLF: it waits for the next block.
        lines = (rest + block).splitlines(keepends=True)
        rest = b""
        if lines and (not lines[-1].endswith((b"\n", b"\r")) or lines[-1].endswith(b"\r")):
            rest = lines.pop()
        for line in lines:
            if too_long:
                too_long = False
                yield None
            else:
                yield line
        if len(rest) > LONGEST_LINE:
            rest, too_long = b"", True
    if too_long:
        yield None
    elif rest:
        yield rest

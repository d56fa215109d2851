"""Which encoding a text file is in, decided once on its first bytes.

Valid UTF-8 is UTF-8, whatever else it might be taken for. Only bytes that cannot be UTF-8 are read in an older
encoding, and then the reader is told, since old encodings cannot be told apart with certainty."""

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

FALLBACK = "cp1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = frozenset("éèêëàâäáãåçñöôóòõüûúùíìîïßæøœÿýÉÈÊÀÂÄÁÃÅÇÑÖÔÓÕÜÚÍÎØÆŒ€£“”’‘–—…«»°§¿¡ªº®©™·")
_LETTERS_AROUND = re.compile(rb"[A-Za-z]")
_LINE = re.compile(rb"[^\r\n]+")
NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, how many bytes of byte-order mark come first, and what a person should know about the choice."""

    codec: str
    bom: int = 0
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return NAMES.get(self.codec, self.codec)


def detect(sample: bytes, *, whole: bool) -> Encoding:
    """The encoding of a file that starts with `sample`; `whole` says that nothing follows it."""
    for bom, codec in _BOMS:
        if sample.startswith(bom):
            return Encoding(codec, len(bom))
    wide = _wide_without_bom(sample)
    if wide:
        return Encoding(wide, 0, (f"no byte-order mark; read as {NAMES[wide]}",))
    if _is_utf8(sample, whole=whole):
        return Encoding("utf-8")
    lines = [line for line in _LINE.findall(sample) if not line.isascii()]
    if not whole and len(lines) > 1:
        lines.pop()
    valid = sum(_is_utf8(line, whole=True) for line in lines)
    if valid:
        # Somebody joined files: each line is decoded for itself.
        return Encoding("utf-8", 0, ("some rows are UTF-8 and some are not; each is read as what it is",))
    codec = _old_encoding(sample)
    name = NAMES.get(codec, codec)
    return Encoding(codec, 0, (f"the file is not UTF-8; read as {name}: check letters with accents",))


def _is_utf8(text: bytes, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_bom(sample: bytes) -> str | None:
    head = sample[:2000]
    if len(head) < 4 or head.count(0) * 3 < len(head):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 10 * even:
        return "utf-16-le"
    if even > 10 * odd:
        return "utf-16-be"
    return None


def _old_encoding(sample: bytes) -> str:
    """Windows-1252 or Mac Roman where either gives western letters, else what charset_normalizer takes it for."""
    high = bytes(byte for byte in sample if byte >= 0x80)
    shares = {
        codec: sum(char in _WESTERN for char in high.decode(codec, "replace")) / len(high)
        for codec in ("cp1252", "mac_roman")
    }
    best = max(shares, key=lambda codec: shares[codec])
    if shares[best] >= 0.75 and _mostly_ascii(sample, high):
        return best
    match = charset_normalizer.from_bytes(sample[:20_000]).best()
    if match is None or match.encoding.startswith(("utf", "ascii")):
        return FALLBACK
    if match.encoding in ("latin_1", "iso8859_1", "iso8859_15"):
        return FALLBACK
    return match.encoding


def _mostly_ascii(sample: bytes, high: bytes) -> bool:
    """Western text has fewer accented letters than plain ones; Cyrillic or Chinese in an old encoding does not."""
    return len(high) < len(_LETTERS_AROUND.findall(sample))


def decode_line(line: bytes, codec: str) -> tuple[str, str | None]:
    """One line as text, and a note where it is not in the file's encoding."""
    try:
        return line.decode(codec), None
    except UnicodeDecodeError as error:
        at = error.start + 1
    try:
        text, name = line.decode(FALLBACK), NAMES[FALLBACK]
    except UnicodeDecodeError:
        text, name = line.decode("latin-1"), "Latin-1"
    if codec == FALLBACK:
        return text, f"byte {at} of this line is not {NAMES[FALLBACK]}; read as {name}"
    return text, f"byte {at} of this line is not {NAMES.get(codec, codec)}; the line was read as {name}"


_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf™œžšš˜“”¢¦]|â‚¬|Ã\u00a0")


def mojibake(text: str) -> str | None:
    """The first piece of `text` that looks like UTF-8 once read as Windows-1252, such as `Ã©` for `é`."""
    if "Ã" in text or "â" in text or "Â" in text:
        found = _MOJIBAKE.search(text)
        if found:
            return found.group()
    return None

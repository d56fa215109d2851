"""What a browser would send: the fields of a page's form, as the page has them."""

from html.parser import HTMLParser

from django.test import Client


class Filled(HTMLParser):
    """The successful controls of one form, by name, as lists."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._form = form
        self._inside = False
        self._templates = 0
        self._select: tuple[str, list[str], str | None] | None = None
        self._multiple = False
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "form" and found.get("id") == self._form:
            self._inside = True
        if tag == "template":
            self._templates += 1
        if not self._inside or self._templates or "disabled" in found:
            return
        if tag == "input" and name:
            kind = found.get("type") or "text"
            if kind in ("checkbox", "radio") and "checked" not in found:
                return
            if kind not in ("submit", "button", "file"):
                self._add(name, found.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "select":
            self._select, self._multiple = (name, [], None), "multiple" in found
        elif tag == "option" and self._select is not None:
            select, chosen, first = self._select
            value = found.get("value") or ""
            if "selected" in found:
                chosen.append(value)
            self._select = (select, chosen, first if first is not None else value)
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "form":
            self._inside = False
        elif tag == "select" and self._select is not None:
            name, chosen, first = self._select
            for value in chosen:
                self._add(name, value)
            if not chosen and first is not None and not self._multiple:
                self._add(name, first)
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self._add(self._textarea, self._text.removeprefix("\n").replace("\n", "\r\n"))
            self._textarea = None

    def _add(self, name: str, value: str) -> None:
        if name:
            self.sent.setdefault(name, []).append(value)


def filled(client: Client, address: str, form: str) -> dict[str, list[str]]:
    """What the form of that id on a page would send if nobody typed anything."""
    parser = Filled(form)
    parser.feed(client.get(address).content.decode())
    assert parser.sent, f"there is no form {form!r} at {address}"
    return parser.sent

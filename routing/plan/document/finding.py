"""What is wrong or doubtful in a plan, and where."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a plan. An error stops it from being loaded, a warning does not."""

    level: Literal["error", "warning"]
    place: str
    message: str

    def __str__(self) -> str:
        """The finding with its place: `rules[3].to: there is no team 'x'`."""
        return f"{self.place}: {self.message}" if self.place else self.message

    @property
    def line(self) -> str:
        """The finding as `check_plan` prints it."""
        return f"{self.level}: {self}"

    @property
    def is_error(self) -> bool:
        return self.level == "error"


@dataclass(slots=True)
class Findings:
    """Everything found so far, in the order of the file."""

    all: list[Finding] = field(default_factory=list)

    def error(self, place: str, message: str) -> None:
        self.all.append(Finding("error", place, message))

    def warning(self, place: str, message: str) -> None:
        self.all.append(Finding("warning", place, message))

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.all)


class Bad:
    """Stands for a value that could not be read and was reported."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final = Bad()


def below(place: str, key: str) -> str:
    """The place of a key inside a mapping."""
    return f"{place}.{key}" if place else key


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint at the closest known name, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def listed(names: Iterable[str]) -> str:
    """Names as a person lists choices: `a, b or c`."""
    words = list(names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

"""How good a lead is: points, bands, and what sets it aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .conditions import Node, compile_when
from .facts import Facts
from .index import Index

BANDS: Final = ("hot", "warm", "cold")


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """Points for a lead that meets conditions."""

    slug: str
    name: str
    points: int
    when: Node | None


@dataclass(frozen=True, slots=True)
class Disqualifier:
    """Conditions that set a lead aside."""

    slug: str
    name: str
    reason: str
    when: Node | None


class Qualification:
    """The scoring, bands and disqualifiers of a plan. A plan without them scores 0, is cold and sets nobody aside."""

    __slots__ = ("_disqualify_index", "_score_index", "disqualify", "hot", "present", "scores", "warm")

    def __init__(self, document: Mapping[str, Any] | None) -> None:
        self.present = document is not None
        document = document or {}
        self.scores = tuple(
            ScoreRule(entry["slug"], entry["name"], entry["points"], compile_when(entry.get("when")))
            for entry in document.get("scores") or ()
        )
        self.disqualify = tuple(
            Disqualifier(entry["slug"], entry["name"], entry.get("reason", ""), compile_when(entry.get("when")))
            for entry in document.get("disqualify") or ()
        )
        bands = document.get("bands") or {}
        self.hot: int = bands.get("hot", 70)
        self.warm: int = bands.get("warm", 40)
        self._score_index = Index([rule.when for rule in self.scores])
        self._disqualify_index = Index([rule.when for rule in self.disqualify])

    def scoring(self, facts: Facts) -> list[ScoreRule]:
        """The rules that give this lead points."""
        return [
            rule
            for number in self._score_index.candidates(facts)
            if (rule := self.scores[number]).when is None or rule.when.holds(facts)
        ]

    def score(self, facts: Facts) -> int:
        """The sum of points, clamped to 0..100."""
        if not self.scores:
            return 0
        return max(0, min(100, sum(rule.points for rule in self.scoring(facts))))

    def band(self, score: int) -> str:
        """hot, warm or cold: at or above the plan's bounds."""
        if not self.present:
            return "cold"
        return "hot" if score >= self.hot else "warm" if score >= self.warm else "cold"

    def disqualifier(self, facts: Facts) -> Disqualifier | None:
        """The first that sets this lead aside."""
        for number in self._disqualify_index.candidates(facts):
            rule = self.disqualify[number]
            if rule.when is None or rule.when.holds(facts):
                return rule
        return None

"""How full a rep is: open leads, and leads got in the running hour, day, week and month."""

from __future__ import annotations

from collections.abc import Mapping

from .periods import UNITS, Keys


class Load:
    """Counters of one rep, over all teams or in one. A period that has passed counts nothing."""

    __slots__ = ("changed", "counts", "keys", "open")

    def __init__(
        self, open: int = 0, keys: Keys = ("", "", "", ""), counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    ) -> None:
        self.open = open
        self.keys = keys
        self.counts = counts
        self.changed = False

    def full(self, caps: Mapping[str, int], keys: Keys) -> bool:
        """Whether one more lead would go over any cap."""
        for unit, cap in caps.items():
            if unit == "open":
                if self.open >= cap:
                    return True
            else:
                place = UNITS.index(unit)
                got = self.counts[place] if self.keys[place] == keys[place] else 0
                if got >= cap:
                    return True
        return False

    def take(self, keys: Keys) -> None:
        """One more lead, open and in every running period."""
        self.open += 1
        if keys == self.keys:
            hour, day, week, month = self.counts
            self.counts = (hour + 1, day + 1, week + 1, month + 1)
        else:
            kept = zip(self.counts, self.keys, keys, strict=True)
            hour, day, week, month = (count + 1 if was == now else 1 for count, was, now in kept)
            self.counts = (hour, day, week, month)
            self.keys = keys
        self.changed = True

    def hold(self, count: int) -> None:
        """So many open leads more that were got in no period: they were theirs before."""
        self.open += count
        self.changed = True

    def give_up(self, keys: Keys) -> None:
        """A lead that was taken in these periods never came: one less open, and in those of them that still run."""
        self.open = max(0, self.open - 1)
        kept = zip(self.counts, self.keys, keys, strict=True)
        hour, day, week, month = (max(0, count - 1) if was == then else count for count, was, then in kept)
        self.counts = (hour, day, week, month)
        self.changed = True

    def close(self) -> None:
        """One lead fewer is open. What was got in a period stays got."""
        self.open -= 1
        self.changed = True

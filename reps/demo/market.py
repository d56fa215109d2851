"""Who asks: thirteen weeks of people with companies, wishes and places, the last of them just now."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from .places import AMERICAS, DRAMA_NUMBERS, ELSEWHERE, EUROPE, Place

WEEKS: Final = 13
TRADE_SHOW: Final = timedelta(weeks=6)
"""How long ago a list of people met at a trade show was imported."""
MET_AT_THE_SHOW: Final = 120

FIRST_NAMES: Final = {
    "en": "James Olivia Liam Ava Noah Grace Ethan Chloe Lucas Hannah Owen Megan Caleb Naomi Isaac Zoe Aaron Ruby "
    "Miles Tessa Darnell Keisha Wei Mei Ravi Anjali Tomasz Ewa Hassan Leila",
    "es": "Mateo Valentina Diego Camila Javier Lucía Andrés Elena Pablo Carmen Rafael Inés",
    "de": "Lukas Hanna Felix Greta Moritz Lena Anton Clara Jan Sabine Emre Aylin",
    "fr": "Louis Camille Hugo Manon Julien Élodie Antoine Chloé Karim Nadia",
    "nl": "Daan Sanne Bram Fleur Joris Anouk",
    "no": "Lars Ingrid Sindre Astrid",
    "ja": "Haruto Yui Ren Aoi Takumi Sakura",
}
LAST_NAMES: Final = {
    "en": "Walker Hughes Bennett Foster Coleman Price Griffin Hayes Jordan Ellis Grant Porter Chen Patel Nguyen "
    "Kowalski Okafor Murphy Sullivan Reyes Brooks Palmer Hart Whitaker Osborne Lam Rahman Farah Novak Petrov",
    "es": "García Morales Castillo Rojas Herrera Vega Navarro Ortega Salazar Fuentes",
    "de": "Schneider Keller Vogel Hartmann Lang Berger Krause Yılmaz Brandt Lorenz",
    "fr": "Moreau Lefèvre Girard Rousseau Faure Benali Marchand Perrin",
    "nl": "Vermeer Bakker Visser Smit Mulder",
    "no": "Hansen Larsen Berg Dahl",
    "ja": "Satō Tanaka Suzuki Kobayashi Mori",
}
TRADES: Final = {
    "healthcare": ("Home Care", "Clinics", "Medical Supply", "Nursing"),
    "construction": ("Roofing", "Builders", "Scaffolding", "Interiors"),
    "facilities": ("Facility Services", "Property Care", "Elevators", "Security"),
    "utilities": ("Energy", "Water", "Grid Services", "Solar"),
    "logistics": ("Freight", "Couriers", "Cold Chain", "Movers"),
    "cleaning": ("Cleaning", "Laundry", "Window Care", "Waste"),
}
COMPANY_NAMES: Final = (
    *("North", "Harbor", "Blue", "Oak", "Silver", "Peak", "Green", "Field", "Bright", "Water", "Iron", "Gate", "Cedar"),
    *("River", "Stone", "Bridge", "Clear", "Lake", "Red", "Maple", "High", "Meadow", "Long", "Shore", "West", "Wind"),
    *("Old", "Mill", "Fair", "View", "Sun", "Valley", "Copper", "Hill", "Grand", "Pier", "Twin", "Pines", "Swift"),
)
SIZES: Final = ((6, 22), (14, 20), (35, 18), (80, 16), (180, 11), (420, 7), (900, 4), (2400, 2))
TITLES: Final = (
    "Owner", "Operations manager", "Head of operations", "Director of field service", "Office manager", "Dispatcher",
    "Chief operating officer", "IT manager", "Service manager", "Assistant to the board", "Student",
)  # fmt: skip
TITLE_ODDS: Final = (16, 20, 10, 8, 14, 9, 4, 7, 9, 2, 1)
PRODUCTS: Final = ("scheduling", "dispatch", "invoicing")
RIVALS: Final = ("spreadsheets", "paper", "Crewtrack", "JobPilot", "an own system")
SOURCES: Final = {
    # slug: (name, channel, share of what comes, engagement around)
    "website": ("Website form", "form", 38, 45),
    "trial": ("Free trial", "api", 20, 60),
    "ads": ("Paid search", "api", 16, 30),
    "chat": ("Website chat", "chat", 9, 65),
    "phone": ("Phone line", "phone", 6, 70),
    "referral": ("Referrals", "email", 5, 75),
    "newsletter": ("Newsletter", "email", 6, 35),
}
WANTS: Final = (
    ("demo", 34),
    ("prices", 26),
    ("trial", 28),
    ("call back", 9),
    ("partnership", 1.4),
    ("press", 0.5),
    ("job", 1),
)
FREE_MAIL: Final = ("gmail.com", "outlook.com", "web.de", "yahoo.com")
HOURS: Final = (1, 1, 1, 1, 1, 2, 4, 8, 16, 24, 26, 24, 18, 20, 24, 24, 21, 16, 10, 8, 7, 6, 4, 2)
"""How much comes in each local hour of a working day."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that arrives: from which source, when, and what it says. `lies` is left lying by whoever sees it."""

    at: datetime
    source: str
    facts: dict[str, Any]
    lies: bool = False
    met_at_show: bool = False


class Market:
    """Makes up who comes. The same chance gives the same people."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._numbers = {country: chance.sample(numbers, len(numbers)) for country, numbers in DRAMA_NUMBERS.items()}
        self._companies: list[tuple[str, str, str, int, Place]] = []
        self._taken: set[str] = set()
        self._count = 0

    def weeks(self, *, now: datetime) -> list[Coming]:
        """Everything that came in the weeks before now, a little more every week, in the order in which it came."""
        first = (now - timedelta(weeks=WEEKS)).date()
        coming: list[Coming] = []
        for number in range(WEEKS * 7 + 2):
            day = first + timedelta(days=number)
            weekend = day.weekday() >= 5
            mean = (24 + number / 7) * (0.26 if weekend else (1.15 if day.weekday() == 1 else 1.0))
            for _ in range(round(self.chance.gauss(mean, mean**0.5))):
                one = self._one(day)
                coming.append(one)
                if self.chance.random() < 0.02:
                    again = one.at + timedelta(minutes=self.chance.uniform(4, 300))
                    coming.append(Coming(again, self._source(), {**one.facts, "attributes": {"wants": "call back"}}))
        shown = now - TRADE_SHOW
        coming += [
            Coming(shown, "trade-show", self.person(self._place(), engagement=40, wants="prices"), met_at_show=True)
            for _ in range(MET_AT_THE_SHOW)
        ]
        quiet = now - timedelta(minutes=70)  # the last hour is told in today()
        return sorted((one for one in coming if one.at < quiet), key=lambda one: one.at)

    def today(self, *, now: datetime) -> list[Coming]:
        """The last hour: something for everybody's queue, on the claim board, in the pools, and some that must wait."""
        us, pacific, gb, de, fr = AMERICAS[2], AMERICAS[8], EUROPE[0], EUROPE[3], EUROPE[8]
        demo, prices, trial = (
            {"wants": wants, "size": size} for wants, size in (("demo", 120), ("prices", 60), ("trial", 150))
        )
        large: list[tuple[float, str]] = [
            *((minutes, "facilities") for minutes in (1.1, 12, 55)),
            *((minutes, "logistics") for minutes in (2.9, 31)),
            *((minutes, "healthcare") for minutes in (0.7, 4.4, 20)),
        ]
        told: list[tuple[float, str, Place, dict[str, Any], bool]] = [
            *((minutes, "website", us, demo, False) for minutes in (0.6, 2.2, 9, 21, 34, 52)),
            *((minutes, "ads", pacific, prices, False) for minutes in (1.4, 3.1, 15, 44)),
            *((minutes, "website", gb, demo, False) for minutes in (0.9, 2.5, 3.3, 4.2, 7, 19, 47)),
            *((minutes, "trial", de, trial, False) for minutes in (1.8, 3.7, 27, 58)),
            *((minutes, "website", fr, prices, False) for minutes in (1.2, 6.5, 39)),
            *((minutes, "website", us, {"size": 2400, "industry": trade}, False) for minutes, trade in large),
            *((minutes, "website", AMERICAS[3], {"size": 420, "industry": "healthcare"}, False) for minutes in (6, 38)),
            *((minutes, "website", ELSEWHERE[1], prices, False) for minutes in (1.5, 2.7, 4.8, 18, 25, 40)),
            *((minutes, "chat", us, {"size": 30, "wants": "demo"}, True) for minutes in (0.4, 2.0, 5.5, 13)),
            *((minutes, "phone", AMERICAS[1], {"size": 80, "wants": "call back"}, True) for minutes in (3.4, 24)),
            *(
                (minutes, "newsletter", us, {"size": 8, "title": "Office manager"}, True)
                for minutes in (8, 17, 29, 41, 63)
            ),
            *((minutes, "trial", AMERICAS[4], {"size": 6, "free": True}, True) for minutes in (7, 23, 36, 61)),
            *((minutes, "website", ELSEWHERE[3], demo, False) for minutes in (26, 66)),
            *((minutes, "referral", gb, {"size": 40, "wants": "partnership"}, True) for minutes in (33, 64)),
            (11, "website", AMERICAS[6], demo, False),
        ]
        coming = [
            Coming(now - timedelta(minutes=minutes), source, self.person(place, source=source, new=True, **wish), lies)
            for minutes, source, place, wish, lies in told
        ]
        return sorted(coming, key=lambda one: one.at)

    def just_now(self) -> list[dict[str, Any]]:
        """What somebody writes this very moment: one for each side of the ocean, and one that a large company sends."""
        return [
            self.person(AMERICAS[9], size=95, wants="demo", new=True),
            self.person(EUROPE[4], size=210, wants="demo", new=True),
            self.person(AMERICAS[3], size=3200, wants="prices", new=True),
        ]

    def person(
        self,
        place: Place,
        *,
        source: str = "website",
        engagement: float | None = None,
        wants: str = "",
        size: int | None = None,
        industry: str = "",
        title: str = "",
        free: bool | None = None,
        new: bool = False,
    ) -> dict[str, Any]:
        """What somebody writes into a form; whatever is not said is made up. `new` is of a company never heard of."""
        chance = self.chance
        if self._companies and not new and size is None and chance.random() < 0.05:
            company, domain, trade, employees, place = chance.choice(self._companies)
        else:
            trade = industry or chance.choice(list(TRADES))
            company, domain = self._company(trade, place)
            employees = self._size() if size is None else round(size * chance.uniform(0.9, 1.15))
            self._companies.append((company, domain, trade, employees, place))
        first, last = self._name(place.language)
        self._count += 1
        if free or (free is None and employees < 20 and size is None and chance.random() < 0.35):
            email = f"{plain(first)}.{plain(last)}.demo{self._count}@{chance.choice(FREE_MAIL)}"
        else:
            email = f"{plain(first)}.{plain(last)}@{domain}"
            if email in self._taken:
                email = f"{plain(first)}.{plain(last)}{self._count}@{domain}"
        self._taken.add(email)
        around = SOURCES[source][3] if engagement is None and source in SOURCES else engagement or 40
        facts: dict[str, Any] = {
            "external_id": f"{source[:2].upper()}-{10_000 + self._count}",
            "email": email,
            "first_name": first,
            "last_name": last,
            "job_title": title or chance.choices(TITLES, TITLE_ODDS)[0],
            "company": company,
            "company_size": employees,
            "industry": trade,
            "country": place.country,
            "region": place.region,
            "city": place.city,
            "postcode": place.postcode,
            "language": place.language,
            "timezone": place.zone,
            "product": chance.choices(PRODUCTS, (5, 3, 2))[0],
            "engagement": max(0, min(100, round(chance.gauss(around, 18)))),
            "attributes": {"wants": wants or chance.choices([w for w, _ in WANTS], [odds for _, odds in WANTS])[0]},
        }
        if self._numbers.get(place.country) and chance.random() < 0.7:
            facts["phone"] = self._numbers[place.country].pop()
        if chance.random() < 0.4:
            facts["budget"] = int(round(employees * chance.uniform(60, 240), -2))
        if chance.random() < 0.35:
            facts["current_solution"] = chance.choice(RIVALS)
        if source == "ads":
            facts["attributes"]["campaign"] = chance.choice(["spring", "dispatch-software", "brand"])
        return {name: value for name, value in facts.items() if value != ""}

    def _name(self, language: str) -> tuple[str, str]:
        """A name that nobody had yet, while there is one."""
        for _ in range(20):
            first = self.chance.choice(FIRST_NAMES[language].split())
            last = self.chance.choice(LAST_NAMES[language].split())
            if f"{first} {last}" not in self._taken:
                break
        self._taken.add(f"{first} {last}")
        return first, last

    def _one(self, day: date) -> Coming:
        source, place = self._source(), self._place()
        local = datetime.combine(day, time(), ZoneInfo(place.zone)) + timedelta(
            hours=self.chance.choices(range(24), HOURS)[0]
        )
        at = local.astimezone(ZoneInfo("UTC")) + timedelta(seconds=self.chance.randrange(3600))
        return Coming(at, source, self.person(place, source=source))

    def _source(self) -> str:
        return self.chance.choices(list(SOURCES), [share for _, _, share, _ in SOURCES.values()])[0]

    def _place(self) -> Place:
        return self.chance.choice(self.chance.choices((AMERICAS, EUROPE, ELSEWHERE), (60, 33, 7))[0])

    def _size(self) -> int:
        size = self.chance.choices([size for size, _ in SIZES], [odds for _, odds in SIZES])[0]
        return max(1, round(size * self.chance.uniform(0.6, 1.5)))

    def _company(self, trade: str, place: Place) -> tuple[str, str]:
        while True:
            first, second = self.chance.sample(COMPANY_NAMES, 2)
            if self.chance.random() < 0.3:
                first = place.city
            name = f"{first} {second} {self.chance.choice(TRADES[trade])}"
            domain = f"{plain(name)}.example"
            if domain not in self._taken:
                self._taken.add(domain)
                return name, domain


def plain(text: str) -> str:
    """Letters and digits of a name as an address has them."""
    folded = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("ı", "i")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-")

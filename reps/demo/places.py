"""Where the market is: cities with what a form would say of them, and numbers that ring nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A city as leads name it."""

    city: str
    region: str
    country: str
    postcode: str
    zone: str
    language: str


AMERICAS: Final = (
    Place("Austin", "TX", "US", "78701", "America/Chicago", "en"),
    Place("Dallas", "TX", "US", "75201", "America/Chicago", "en"),
    Place("Chicago", "IL", "US", "60601", "America/Chicago", "en"),
    Place("Boston", "MA", "US", "02110", "America/New_York", "en"),
    Place("New York", "NY", "US", "10001", "America/New_York", "en"),
    Place("Atlanta", "GA", "US", "30303", "America/New_York", "en"),
    Place("Miami", "FL", "US", "33101", "America/New_York", "es"),
    Place("Denver", "CO", "US", "80202", "America/Denver", "en"),
    Place("Portland", "OR", "US", "97201", "America/Los_Angeles", "en"),
    Place("San Diego", "CA", "US", "92101", "America/Los_Angeles", "en"),
    Place("Oakland", "CA", "US", "94607", "America/Los_Angeles", "en"),
    Place("Seattle", "WA", "US", "98101", "America/Los_Angeles", "en"),
    Place("Toronto", "ON", "CA", "M5H 2N2", "America/Toronto", "en"),
    Place("Vancouver", "BC", "CA", "V6B 1A1", "America/Vancouver", "en"),
    Place("Monterrey", "NLE", "MX", "64000", "America/Monterrey", "es"),
)
EUROPE: Final = (
    Place("London", "", "GB", "EC1A 1BB", "Europe/London", "en"),
    Place("Manchester", "", "GB", "M1 1AE", "Europe/London", "en"),
    Place("Dublin", "D", "IE", "D02 X285", "Europe/Dublin", "en"),
    Place("Berlin", "BE", "DE", "10115", "Europe/Berlin", "de"),
    Place("Hamburg", "HH", "DE", "20095", "Europe/Berlin", "de"),
    Place("München", "BY", "DE", "80331", "Europe/Berlin", "de"),
    Place("Wien", "9", "AT", "1010", "Europe/Vienna", "de"),
    Place("Zürich", "ZH", "CH", "8001", "Europe/Zurich", "de"),
    Place("Paris", "75", "FR", "75002", "Europe/Paris", "fr"),
    Place("Lyon", "69", "FR", "69002", "Europe/Paris", "fr"),
    Place("Bruxelles", "BRU", "BE", "1000", "Europe/Brussels", "fr"),
    Place("Amsterdam", "NH", "NL", "1012 AB", "Europe/Amsterdam", "nl"),
    Place("Madrid", "MD", "ES", "28001", "Europe/Madrid", "es"),
    Place("Oslo", "03", "NO", "0150", "Europe/Oslo", "no"),
)
ELSEWHERE: Final = (
    Place("Singapore", "", "SG", "018956", "Asia/Singapore", "en"),
    Place("Sydney", "NSW", "AU", "2000", "Australia/Sydney", "en"),
    Place("Auckland", "AUK", "NZ", "1010", "Pacific/Auckland", "en"),
    Place("Osaka", "27", "JP", "530-0001", "Asia/Tokyo", "ja"),
)

DRAMA_NUMBERS: Final = {
    # Kept free by the numbering authorities for stories like this one.
    "US": [
        f"+1 {area} 555 01{n:02}" for area in (212, 214, 303, 305, 312, 404, 415, 503, 512, 617) for n in range(100)
    ],
    "CA": [f"+1 {area} 555 01{n:02}" for area in (416, 604) for n in range(100)],
    "GB": [f"+44 {area} 0{n:03}" for area in ("20 7946", "161 496") for n in range(1000)],
    "DE": [f"+49 {area} {n:03}" for area in ("30 23125", "40 66969", "89 99998") for n in range(1000)],
}

"""Public holidays of a country or a part of it; the data are the `holidays` library's."""

import re
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

from bot.domain.errors import InvalidInput


def _library() -> Any:
    """Load the library for the first region: it is a fiftieth of a start, and most channels have none."""
    import holidays  # noqa: PLC0415  # a heavy library, loaded when needed

    return holidays


@lru_cache(maxsize=1024)
def holidays_of(region: str, year: int) -> dict[date, str]:
    """Map the public holidays of a region ("DE", "DE-BY") to their English names in a year; an unknown one has none."""
    if not is_known(region):
        return {}
    country, _, subdivision = region.partition("-")
    # In English, as all that Limber says: otherwise the machine's own language would choose the names.
    found = _library().country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    return dict(found.items())


@cache
def is_known(region: str) -> bool:
    """Tell whether the library has a region's holidays; one it once had may be gone in another version of it."""
    country, _, subdivision = region.partition("-")
    try:
        _library().country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        return False
    return True


def is_holiday(day: date, region: str) -> bool:
    """Tell whether a date is a public holiday; where no region is set, none is."""
    return bool(region) and day in holidays_of(region, day.year)


def parse_region(text: str) -> str:
    """Read a country, with or without a part of it ("Germany", "DE", "de-by", "United States, Texas", "none").

    Raises InvalidInput for "holidays", which names the nearest.
    """
    wanted = text.strip().casefold()
    if wanted in ("", "none", "no"):
        return ""
    country = _country(wanted)
    if country:
        return country
    first, *parts = re.split(r"\s*[,/_-]\s*|\s+(?=\S+$)", wanted, maxsplit=1)
    country = _country(first)
    if not country:
        near = get_close_matches(wanted, _countries(), n=1, cutoff=0.6)
        example = f"Did you mean {_titled(near[0])}?" if near else "Try Germany, or DE-BY for Bavaria."
        raise InvalidInput("holidays", f"I don't know the holidays of '{text.strip()[:40]}'. {example}")
    return f"{country}-{_part(country, parts[0])}"


def _country(wanted: str) -> str:
    """Find a country's code by its name or code; empty if it is none."""
    name = wanted.replace("_", " ")
    return _countries().get(name) or (name.upper() if name.upper() in _countries().values() else "")


def _part(country: str, wanted: str) -> str:
    """Find the code of a part of a country by its name or code; raises InvalidInput."""
    found = _parts(country)
    if wanted in found:
        return found[wanted]
    near = get_close_matches(wanted, found, n=1, cutoff=0.6)
    example = f"Did you mean {_titled(near[0])}?" if near else f"{country} alone works."
    raise InvalidInput("holidays", f"I know no part '{wanted[:40]}' of {country}. {example}")


def region_in_words(region: str) -> str:
    """Say a region: "Germany", "Germany (BY)"."""
    country, _, part = region.partition("-")
    name = next((name for name, code in _countries().items() if code == country), country)
    return f"{_titled(name)} ({part})" if part else _titled(name)


def _titled(name: str) -> str:
    return " ".join(word if word in ("and", "of", "the") else word.capitalize() for word in name.split())


@cache
def _countries() -> dict[str, str]:
    """Map the folded English names of all countries with known holidays to their codes."""
    return {name.replace("_", " "): entry[1] for name, entry in _library().registry.COUNTRIES.items()}


@cache
def _parts(country: str) -> dict[str, str]:
    """Map the folded names and codes of a country's parts to their codes."""
    known = _library().country_holidays(country)
    names = {name.casefold(): code for name, code in known.subdivisions_aliases.items()}
    return names | {code.casefold(): code for code in known.subdivisions}

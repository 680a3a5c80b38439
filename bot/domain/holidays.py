"""Public holidays of a country or a part of it; the data are the `holidays` library's."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from holidays import country_holidays

from bot.domain.errors import InvalidInput

_ISO_LENGTH = 2


@lru_cache(maxsize=1024)
def holidays_of(region: str, year: int) -> dict[date, str]:
    """Map the public holidays of a region ("DE", "DE-BY") to their English names in a year; ValueError if unknown."""
    country, _, subdivision = region.partition("-")
    try:
        # In English, as all that Limber says: otherwise the machine's own language would choose the names.
        found: Any = country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    except NotImplementedError:
        raise ValueError(region) from None
    return dict(found.items())


def is_holiday(day: date, region: str) -> bool:
    """Tell whether a date is a public holiday; where no region is set, none is."""
    return bool(region) and day in holidays_of(region, day.year)


def parse_region(text: str) -> str:
    """Read a country, with or without a part of it ("DE", "de-by", "none"); raises InvalidInput for "holidays"."""
    wanted = text.strip().upper().replace("_", "-").replace(" ", "-")
    if wanted in ("", "NONE", "NO"):
        return ""
    country, _, subdivision = wanted.partition("-")
    if len(country) != _ISO_LENGTH or not _is_known(country):
        raise InvalidInput(
            "holidays", f"I don't know the holidays of '{text.strip()[:20]}'. Try DE, or DE-BY for Bavaria."
        )
    if subdivision and not _is_known(wanted):
        raise InvalidInput("holidays", f"I know no part '{subdivision[:20]}' of {country}. {country} alone works.")
    return wanted


def _is_known(region: str) -> bool:
    if re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,10})?", region) is None:
        return False
    try:
        holidays_of(region, 2026)
    except ValueError:
        return False
    return True

"""The only reader of the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the product's present instant as an aware UTC datetime; tests and the playground pass their own."""


def utc_now() -> datetime:
    """Read the system's clock as an aware UTC instant."""
    return datetime.now(UTC)  # noqa: TID251  # the one place where time comes in

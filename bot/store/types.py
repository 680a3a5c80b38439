"""Column types and SQL functions that mean the same on SQLite and PostgreSQL: UTC instants and the database's clock."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, DateTime, Dialect, Float, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.expression import ColumnElement, FunctionElement, bindparam


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite alone would hand it back naive. Refuses naive values with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Give what writes an instant as UTC; on SQLite as text with six digits of a second, which sorts like time."""
        return as_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002  # the interface's
        """Give what reads an instant back with its time zone."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def as_text(value: datetime | None) -> str | None:
    """Write an instant the way SQLite stores it."""
    utc = _to_utc(value)
    return None if utc is None else _utc_as_text(utc)


# What a batch reads and writes is a few instants many times over. Only in UTC are those equal that are the same: in
# another zone, the two of an hour that comes twice are equal too.


@lru_cache(maxsize=4096)
def _utc_as_text(utc: datetime) -> str:
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=4096)
def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class _DatabaseTime(FunctionElement[datetime]):
    type = UtcDateTime()
    inherit_cache = True


def database_time(seconds_from_now: float = 0) -> ColumnElement[datetime]:
    """Read the database's own clock in a statement, so that processes with wrong clocks agree on leases."""
    return _DatabaseTime(bindparam(None, float(seconds_from_now), type_=Float))


def database_time_in(name: str) -> ColumnElement[datetime]:
    """Say the same of so many seconds from now as are given under a name when the statement is carried out."""
    return _DatabaseTime(bindparam(name, type_=Float))


def database_time_plus(seconds: ColumnElement[float]) -> ColumnElement[datetime]:
    """Say the same of so many seconds from now as a column says."""
    return _DatabaseTime(seconds)


@compiles(_DatabaseTime, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    seconds = compiler.process(element.clauses, **kwargs)
    # statement_timestamp() is stable within a statement, which lets PostgreSQL use an index on the column beside it.
    return f"(statement_timestamp() + make_interval(secs => CAST({seconds} AS double precision)))"


@compiles(_DatabaseTime, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    seconds = compiler.process(element.clauses, **kwargs)
    # SQLAlchemy writes six digits of a second; SQLite's clock has three, and text must compare digit by digit.
    # As a subquery it is worked out once a statement, and not again for every row.
    return f"(SELECT strftime('%Y-%m-%d %H:%M:%f', 'now', printf('%+f seconds', {seconds})) || '000')"


class _Later(FunctionElement[datetime]):
    type = UtcDateTime()
    inherit_cache = True


def later(instant: ColumnElement[Any], name: str) -> ColumnElement[datetime]:
    """Say in a statement what comes so many seconds after a column's instant as are given under a name."""
    return _Later(instant, bindparam(name, type_=Float))


@compiles(_Later, "postgresql")
def _later_on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    instant, seconds = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"({instant} + make_interval(secs => CAST({seconds} AS double precision)))"


@compiles(_Later, "sqlite")
def _later_on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    instant, seconds = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {instant}, printf('%+f seconds', {seconds})) || '000')"


class _Latest(FunctionElement[datetime]):
    type = UtcDateTime()
    inherit_cache = True


def latest(*instants: ColumnElement[Any]) -> ColumnElement[datetime]:
    """Say in a statement which of several instants is the latest; those that are null are none."""
    return _Latest(*instants)


@compiles(_Latest, "postgresql")
def _latest_on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kwargs)})"


@compiles(_Latest, "sqlite")
def _latest_on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    # SQLite's own max() is null where one of them is.
    instants = (f"coalesce({compiler.process(each, **kwargs)}, '')" for each in element.clauses)
    return f"max({', '.join(instants)})"


class _Ids(TypeDecorator[list[int]]):
    """Many ids in one parameter, written as text: a driver takes longer over an array, number by number."""

    impl = ARRAY(BigInteger)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else String())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        return _as_array if dialect.name == "postgresql" else json.dumps


def _as_array(ids: list[int]) -> str:
    return f"{{{','.join(map(str, ids))}}}"


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002  # the interface's
        # A database without booleans would have "= 1" added, and then uses no index: it is a condition as it is.
        return Grouping(self)


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Say that a column is one of many ids, all in one parameter: a list would be spelled out anew each time."""
    return _Among(column, bindparam(None, sorted(ids), type_=_Ids))


def among_given(column: Any, name: str) -> ColumnElement[bool]:
    """Say the same of ids that are given under a name when the statement is carried out."""
    return _Among(column, bindparam(name, type_=_Ids))


@compiles(_Among, "postgresql")
def _among_on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    column, ids = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"{column} = ANY({ids})"


@compiles(_Among, "sqlite")
def _among_on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    column, ids = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608  # a column and a parameter's place


class _Dates(TypeDecorator[frozenset[date]]):
    """Many dates in one answer: an array, or text where there are none."""

    impl = ARRAY(Date)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(Date) if dialect.name == "postgresql" else String())

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[date]:
        if not value:
            return frozenset()
        return frozenset(value if dialect.name == "postgresql" else map(date.fromisoformat, value.split(",")))


class _EachDate(FunctionElement[frozenset[date]]):
    type = _Dates()
    inherit_cache = True


def each_date(column: Any) -> ColumnElement[frozenset[date]]:
    """Gather the dates of a column, each once, in one value: a row for each would take longer to fetch."""
    return _EachDate(column)


@compiles(_EachDate, "postgresql")
def _dates_on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"array_agg(DISTINCT {compiler.process(element.clauses, **kwargs)})"


@compiles(_EachDate, "sqlite")
def _dates_on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"group_concat(DISTINCT {compiler.process(element.clauses, **kwargs)})"

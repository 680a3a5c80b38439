"""Many rows in one parameter: a driver takes longer over ten thousand values than a database over their rows."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    FromClause,
    String,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.sql.selectable import Subquery

from bot.store.types import as_text

_Columns = dict[str, ColumnElement[Any]]


@lru_cache  # building a statement takes longer than carrying it out
def given(dialect: str, table: FromClause, names: tuple[str, ...], each: str | None = None) -> Subquery:
    """Select rows that are given as `rows` when the statement is carried out; their columns are named as a table's.

    The column `each` holds lists of values: there is a row for every one of them. See `as_rows`.
    """
    document = bindparam("rows", type_=String)
    columns, source = (_recordset if dialect == "postgresql" else _rows)(document, table, names, each)
    return select(*(columns[name].label(name) for name in names)).select_from(source).subquery("given")


def _recordset(
    document: Any, table: FromClause, names: tuple[str, ...], each: str | None
) -> tuple[_Columns, FromClause]:
    types = {name: table.c[name].type for name in names}
    typed = [column(name, ARRAY(type_) if name == each else type_) for name, type_ in types.items()]
    recordset = func.json_to_recordset(cast(document, JSON)).table_valued(*typed)
    row = recordset.render_derived(name="given_row", with_types=True)
    if each is None:
        return dict(row.c), row
    one = func.unnest(row.c[each]).table_valued(column("value", types[each]), name="one").render_derived()
    return dict(row.c) | {each: one.c.value}, row.join(one, true())


def _rows(document: Any, table: FromClause, names: tuple[str, ...], each: str | None) -> tuple[_Columns, FromClause]:
    document = func.json_each(document).table_valued("value", name="document").c.value
    read = select(*(func.json_extract(document, f"$.{name}", type_=table.c[name].type).label(name) for name in names))
    # Or it would read a row's document again for each of its values.
    row = read.cte("given_row").prefix_with("MATERIALIZED")
    if each is None:
        return dict(row.c), row
    one = func.json_each(row.c[each]).table_valued(column("value", table.c[each].type), name="one")
    return dict(row.c) | {each: one.c.value}, row.join(one, true())


def as_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as the parameter that `given` reads."""
    return json.dumps(list(rows), default=_spelled)


def _spelled(value: Any) -> Any:
    """Write an instant or a date as both databases read it."""
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)

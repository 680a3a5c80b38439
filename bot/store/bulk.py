"""Many rows in one parameter: a driver takes longer over ten thousand values than a database over their rows."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy import true as always


def selected(
    table: Table, rows: Sequence[Mapping[str, Any]], dialect: str, same: Mapping[str, ColumnElement[Any]]
) -> tuple[list[str], Select[Any]]:
    """Give rows as the names and the SELECT of an INSERT into a table; `same` holds what no row has of its own."""
    names = list(rows[0])
    document = bindparam(None, json.dumps(rows, default=_spelled), type_=String)
    if dialect == "postgresql":
        typed = [column(name, table.c[name].type) for name in names]
        given = (
            func.json_to_recordset(cast(document, JSON))
            .table_valued(*typed)
            .render_derived(name="given", with_types=True)
        )
        values = select(*(given.c[name] for name in names))
    else:
        given = func.json_each(document).table_valued("value")
        # Without a WHERE, SQLite would take the ON CONFLICT that follows for a join.
        values = select(*(func.json_extract(given.c.value, f"$.{name}") for name in names)).where(always())
    return [*names, *same], values.add_columns(*same.values())


def _spelled(value: Any) -> str:
    """Write an instant as both databases read it: UTC, with the six digits of a second that SQLite compares."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)

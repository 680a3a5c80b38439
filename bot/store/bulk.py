"""Many rows in one parameter: a driver takes longer over ten thousand values than a database over their rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    FromClause,
    String,
    Table,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)

from bot.store.types import as_text


def given(table: Table, rows: Sequence[Mapping[str, Any]], dialect: str) -> FromClause:
    """Give rows as something to select from, with columns named and typed as a table's; all rows have the same.

    What is the same in all rows is given once: reading it again for every row would take longer than storing it.
    """
    values = {name: [row[name] for row in rows] for name in rows[0]}
    first = next(iter(values))  # there has to be one that makes the rows
    same = {name: each[0] for name, each in values.items() if name != first and each.count(each[0]) == len(rows)}
    own = {name: each for name, each in values.items() if name not in same}
    columns: dict[str, ColumnElement[Any]] = {name: literal(value, table.c[name].type) for name, value in same.items()}
    columns |= (_recordset if dialect == "postgresql" else _each)(table, own)
    return select(*(columns[name].label(name) for name in values)).subquery("given")


def _recordset(table: Table, values: Mapping[str, Sequence[Any]]) -> dict[str, ColumnElement[Any]]:
    document = _document(dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True))
    typed = [column(name, table.c[name].type) for name in values]
    recordset = func.json_to_recordset(cast(document, JSON)).table_valued(*typed)
    return dict(recordset.render_derived(name="own", with_types=True).c)


def _each(table: Table, values: Mapping[str, Sequence[Any]]) -> dict[str, ColumnElement[Any]]:
    each = func.json_each(_document(zip(*values.values(), strict=True))).table_valued("value")
    return {
        name: func.json_extract(each.c.value, f"$[{place}]", type_=table.c[name].type)
        for place, name in enumerate(values)
    }


def _document(rows: Iterable[Any]) -> BindParameter[str]:
    return bindparam(None, json.dumps(list(rows), default=_spelled), type_=String)


def _spelled(value: Any) -> str | None:
    """Write an instant or a date as both databases read it."""
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)

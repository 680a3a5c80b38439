"""Many rows in one parameter: a driver takes longer over ten thousand values than a database over their rows."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BindParameter, FromClause, String, Table, bindparam, cast, column, func, select

from bot.store.types import as_text


def given(table: Table, rows: Sequence[Mapping[str, Any]], dialect: str) -> FromClause:
    """Give rows as something to select from, with columns named and typed as a table's; all rows have the same."""
    names = list(rows[0])
    if dialect == "postgresql":
        typed = [column(name, table.c[name].type) for name in names]
        recordset = func.json_to_recordset(cast(_document(rows), JSON))
        return recordset.table_valued(*typed).render_derived(name="given", with_types=True)
    each = func.json_each(_document([list(row.values()) for row in rows])).table_valued("value")
    values = (
        func.json_extract(each.c.value, f"$[{place}]", type_=table.c[name].type).label(name)
        for place, name in enumerate(names)
    )
    return select(*values).subquery("given")


def _document(rows: Sequence[Any]) -> BindParameter[str]:
    return bindparam(None, json.dumps(rows, default=_spelled), type_=String)


def _spelled(value: Any) -> str | None:
    """Write an instant or a date as both databases read it."""
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)

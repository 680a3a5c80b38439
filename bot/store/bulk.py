"""Many rows in one parameter: a driver takes longer over ten thousand values than a database over their rows."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, FromClause, String, Table, bindparam, cast, column, func, select


def given(table: Table, rows: Sequence[Mapping[str, Any]], dialect: str) -> FromClause:
    """Give rows as something to select from, with columns named and typed as a table's; all rows have the same."""
    names = list(rows[0])
    document = bindparam(None, json.dumps(rows, default=_spelled), type_=String)
    if dialect == "postgresql":
        typed = [column(name, table.c[name].type) for name in names]
        recordset = func.json_to_recordset(cast(document, JSON))
        return recordset.table_valued(*typed).render_derived(name="given", with_types=True)
    each = func.json_each(document).table_valued("value")
    values = (func.json_extract(each.c.value, f"$.{name}", type_=table.c[name].type).label(name) for name in names)
    return select(*values).subquery("given")


@lru_cache(maxsize=1024)  # the rows of a batch share their instants and dates
def _spelled(value: Any) -> str:
    """Write an instant as both databases read it: UTC, with the six digits of a second that SQLite compares."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)

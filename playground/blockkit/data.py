"""Tables and charts: table, data_table and data_visualization, cell by cell and point by point.

Each row is a field of https://docs.slack.dev/reference/block-kit/blocks/table-block, /data-table-block and
/data-visualization-block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playground.blockkit.composition import block_id
from playground.blockkit.rich_text import rich_text
from playground.blockkit.rules import (
    Problem,
    Rule,
    at,
    boolean,
    integer,
    items,
    number,
    one_of,
    shape,
    string,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE_CHARACTERS_MOST: Final = 10_000  # in all cells together; a newer page says 20,000 for data_table
SERIES_MOST: Final = 6  # a newer page says 12

_RAW_CELLS: Final[dict[str, Rule]] = {
    "raw_text": shape("raw_text", {"text": string()}),
    "raw_number": shape("raw_number", {"value": number(), "text": string()}),
}
_CELL: Final = tagged({**_RAW_CELLS, "rich_text": rich_text}, "cell")
_ROW: Final = items(_CELL, 1, 20)


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(len(each) if key == "text" else _characters(each) for key, each in value.items())
    return sum(_characters(each) for each in value) if isinstance(value, list) else 0


def _even_rows(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Want as many cells in each row as in the first, and not too many characters in all of them."""
    rows, place = value["rows"], at(pointer, "rows")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield Problem(at(place, index), f"Every row must have as many cells as the first: {len(rows[0])}.")
    characters = _characters(rows)
    if characters > TABLE_CHARACTERS_MOST:
        yield Problem(
            place,
            f"The cells must have no more than {TABLE_CHARACTERS_MOST} characters in all, not {characters}.",
        )


def _plain_header(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Want no rich text in the header and a row header that is one of the columns."""
    header, place = value["rows"][0], at(at(pointer, "rows"), 0)
    for index, cell in enumerate(header):
        if cell["type"] == "rich_text":
            yield Problem(at(at(place, index), "type"), "A header cell must be raw_text or raw_number.")
    if value.get("row_header_column_index", 0) >= len(header):
        yield Problem(at(pointer, "row_header_column_index"), f"There are only {len(header)} columns.")


table: Final[Rule] = shape(
    "table",
    {"rows": items(_ROW, 1, 100)},
    {
        "block_id": block_id,
        "column_settings": items(
            shape("", {}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 1, 20
        ),
    },
    _even_rows,
)

data_table: Final[Rule] = shape(
    "data_table",
    # The header and 1 to 100 rows; a newer page says 200.
    {"rows": items(_ROW, 2, 101), "caption": string()},
    {"block_id": block_id, "page_size": integer(1, 100), "row_header_column_index": integer(0)},
    _even_rows,
    _plain_header,
)

_LABEL: Final = string(20)


def _points_match_categories(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Want series of different names, each with one point for every category."""
    categories, place = value["axis_config"]["categories"], at(pointer, "series")
    names = [each["name"] for each in value["series"]]
    for index, each in enumerate(value["series"]):
        if each["name"] in names[:index]:
            yield Problem(at(at(place, index), "name"), "No two series may have the same name.")
        if sorted(point["label"] for point in each["data"]) != sorted(categories):
            yield Problem(at(at(place, index), "data"), "Each category must have exactly one point.")


def _axis_chart(kind: str) -> Rule:
    point = shape("", {"label": _LABEL, "value": number()})
    series = shape("", {"name": _LABEL, "data": items(point, 1, 20)})
    axis = shape("", {"categories": items(_LABEL, 1, 20, unique=True)}, {"x_label": string(50), "y_label": string(50)})
    return shape(kind, {"series": items(series, 1, SERIES_MOST), "axis_config": axis}, {}, _points_match_categories)


_CHART: Final = tagged(
    {
        "pie": shape(
            "pie",
            {"segments": items(shape("", {"label": _LABEL, "value": number(above=0)}), 1, SERIES_MOST)},
        ),
        **{kind: _axis_chart(kind) for kind in ("bar", "area", "line")},
    },
    "chart",
)

data_visualization: Final[Rule] = shape(
    "data_visualization", {"title": string(50), "chart": _CHART}, {"block_id": block_id}
)

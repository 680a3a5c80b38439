"""Measured figures, and the one table that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured on which database, once a round; `times_ours` compares with Limber in the same round."""

    what: str
    backend: str
    values: Sequence[float]
    unit: str
    times_ours: Sequence[float] = ()
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """Say it in words, for a row of a table."""
        ratio = _number(median(self.times_ours)) if self.times_ours else ""
        return (self.what, self.backend, f"{_number(median(self.values))} {self.unit}", self._range, ratio, self.note)

    @property
    def _range(self) -> str:
        if len(self.values) == 1:
            return ""
        return f"{_number(min(self.values))} to {_number(max(self.values))}"


Section = tuple[str, Sequence[Figure]]
"""Figures that belong together, under a title."""

HEADINGS = ("what", "on", "median", "range", "times Limber", "note")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"  # noqa: PLR2004  # digits enough


def compare(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Divide round by round: figures of different rounds saw different loads."""
    return [other / own for own, other in zip(ours, theirs, strict=True)]


def table(sections: Sequence[Section]) -> Table:
    """Lay all figures out for a terminal."""
    shown = Table("measured")
    for heading in HEADINGS:
        shown.add_column(heading, justify="right" if heading in HEADINGS[2:5] else "left")
    for title, figures in sections:
        for position, figure in enumerate(figures):
            shown.add_row("" if position else title, *figure.cells, end_section=figure is figures[-1])
    return shown


def markdown(figures: Sequence[Figure]) -> str:
    """Lay figures out for a document."""
    rows = [HEADINGS, ("---", "---", "---:", "---:", "---:", "---"), *(figure.cells for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)

"""Where commands print: answers on stdout, complaints on stderr."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

_out = Console(highlight=False)
_err = Console(highlight=False, stderr=True)


def say(text: str | Text) -> None:
    """Print lines as they are, however wide the window is."""
    _out.print(text, soft_wrap=True, markup=False)


def show(table: Table) -> None:
    """Print a table, fitted to the window."""
    _out.print(table)


def complain(text: str) -> None:
    """Print what went wrong."""
    _err.print(text, soft_wrap=True, markup=False)

"""Where commands print: answers on stdout, complaints on stderr."""

from rich.console import Console
from rich.table import Table
from rich.text import Text


def say(text: str | Text) -> None:
    """Print lines as they are, however wide the window is."""
    Console(highlight=False).print(text, soft_wrap=True, markup=False)


def show(table: Table) -> None:
    """Print a table, fitted to the window."""
    Console(highlight=False).print(table)


def complain(text: str) -> None:
    """Print what went wrong."""
    Console(highlight=False, stderr=True).print(text, soft_wrap=True, markup=False)

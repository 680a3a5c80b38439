"""The `limber` command: one module for each group of commands, loaded when one of them is asked for."""

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.main import get_group

from bot.cli.errors import Explained

COMMANDS = {
    "demo": "start.demo",
    "setup": "setup.setup",
    "run": "start.run",
    "worker": "start.worker",
    "deliveries": "deliveries.deliveries",
    "why": "why.why",
    "forget": "privacy.forget",
    "doctor": "doctor.doctor",
    "manifest": "manifest.manifest",
    "slack-hooks": "manifest.slack_hooks",
    "export": "privacy.app",
    "schedules": "schedules.app",
    "streaks": "streaks.app",
    "routines": "routines.app",
    "db": "database.app",
    "tokens": "tokens.app",
}
"""Where each command is, and each group of them; a bot that starts should not wait for the tables of the others."""

_HIDDEN = {"slack-hooks"}


class Commands(Explained):
    """The commands, of which only those that are asked for are loaded."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # of every run alike
        """Name them all, in the order of `limber --help`."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # the interface's
        """Load one; None where there is none of this name, and all are loaded, so that typer suggests the nearest."""
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            self.commands[name] = self.commands.get(name) or _load(name)
        return self.commands.get(cmd_name)


def _load(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(".")
    found = getattr(import_module(f"bot.cli.{module}"), attribute)
    alone = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name, hidden=name in _HIDDEN)(found)
    return get_group(alone).commands[name]


app = typer.Typer(
    name="limber",
    help="Stretch breaks for teams in Slack. New here? Try: limber demo",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command that was typed."""
    app()


def _print_version(wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    if wanted:
        typer.echo(f"limber {version('limber')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass

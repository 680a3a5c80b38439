"""`limber manifest`: what Slack has to know to create the app; and what Slack's own command line has to know of us."""

import json
from typing import Annotated

import typer

from bot.domain.errors import InvalidInput
from bot.settings import read_public_url
from bot.slack.manifest import manifest_text


def manifest(
    http: Annotated[
        str | None, typer.Option(metavar="HTTPS-ADDRESS", help="For HTTP mode: where Slack reaches Limber.")
    ] = None,
) -> None:
    """Print the app manifest, to paste into api.slack.com/apps."""
    try:
        public_url = read_public_url(http)
    except ValueError:
        raise InvalidInput(
            "http", "Give the address as in: limber manifest --http https://limber.example.com"
        ) from None
    typer.echo(manifest_text(public_url), nl=False)


def slack_hooks() -> None:
    """Tell Slack's command line what to call: `.slack/hooks.json` names this, so that `slack run` works."""
    hooks = {"get-manifest": ".venv/bin/limber manifest", "start": ".venv/bin/limber run"}
    config = {"protocol-version": ["default"], "sdk-managed-connection-enabled": True}
    typer.echo(json.dumps({"hooks": hooks, "config": config}))

"""`limber setup`: from nothing to a bot that can run, in one workspace."""

import asyncio
import webbrowser
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from pydantic import ValidationError

from bot.cli.console import say
from bot.domain.errors import CannotRun
from bot.domain.installations import missing_scopes
from bot.settings import Settings, SettingsError, has_desktop, load_settings, write_settings
from bot.slack.checks import Answer, SlackAway, check_app_token, check_bot_token
from bot.slack.manifest import REQUIRED_SCOPES, manifest_text

_TRIES = 3
_ENV = Path(".env")

Check = Callable[[str, str], Coroutine[Any, Any, Answer]]


def setup(
    *,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open Slack in your browser.")] = True,
) -> None:
    """Create the app in your Slack workspace, check its tokens and write them to .env."""
    api_url = _api_url()
    link = "https://api.slack.com/apps?" + urlencode({"new_app": 1, "manifest_json": manifest_text()})
    say("1. Create the app at Slack: choose your workspace, press Next and Create. Everything is filled in.\n")
    if browser and has_desktop():
        webbrowser.open(link)
        say("   It is open in your browser; the link is this, in case it is not:")
    say(f"   {link}\n")
    say("2. Press Install to your workspace. Then, under OAuth & Permissions, copy the bot token (xoxb-).")
    bot = _ask("Bot token", "slack_bot_token", check_bot_token, api_url)
    say("3. Under Basic Information, App-Level Tokens, make one with the scope connections:write and copy it (xapp-).")
    app = _ask("App-level token", "slack_app_token", check_app_token, api_url)
    write_settings(_ENV, {"SLACK_BOT_TOKEN": bot, "SLACK_APP_TOKEN": app})
    say(f"\nBoth work, and are in {_ENV}, which only you can read. Next:\n")
    say("   limber db upgrade\n   limber run\n\nand in Slack, in a channel: /invite @Limber, then /stretch setup")


def _api_url() -> str:
    try:
        return load_settings().slack_api_url
    except SettingsError:  # what is wrong may be what is about to be written
        return Settings().slack_api_url


def _ask(what: str, name: str, check: Check, api_url: str) -> str:
    """Ask for a token, without showing it, until Slack takes it; raises CannotRun after the third wrong one."""
    for _ in range(_TRIES):
        token = typer.prompt(f"   {what} (not shown)", hide_input=True).strip()
        problem = _problem(token, name, check, api_url)
        if problem is None:
            return str(token)
        say(f"   {problem}")
    raise CannotRun("Nothing was written. Have a look at the app's page at api.slack.com/apps, then: limber setup")


def _problem(token: str, name: str, check: Check, api_url: str) -> str | None:
    try:
        Settings.model_validate({name: token})
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0].get("ctx", {}).get("error", "cannot be used")
        return f"That is another kind of text: it {reason}."
    try:
        answer = asyncio.run(check(api_url, token))
    except SlackAway as away:
        raise CannotRun(f"Slack cannot be asked: {away}. Is this machine online? Nothing was written.") from None
    if answer.error:
        return f"Slack does not take it ({answer.error}). Copy it once more, all of it."
    if name == "slack_bot_token":
        _welcome(answer)
    return None


def _welcome(answer: Answer) -> None:
    say(f"   It is for {answer.team} ({answer.team_id}).\n")
    missing = missing_scopes(answer.scopes or frozenset(), REQUIRED_SCOPES)
    if missing:
        say(f"   It lacks {', '.join(missing)}: under OAuth & Permissions add them, and install the app once more.\n")

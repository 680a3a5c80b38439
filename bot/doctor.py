"""Looks at everything Limber needs, and says of each what is wrong and what to do."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bot.domain.installations import Workspace, missing_scopes
from bot.services import installations, schedules
from bot.settings import Settings, SettingsError
from bot.slack.checks import Answer, SlackAway, check_app_token, check_bot_token, reach
from bot.slack.manifest import HTTP_OPTIONAL_SCOPES, HTTP_REQUIRED_SCOPES, OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.store.cipher import Cipher
from bot.store.engine import opened
from bot.store.health import describe, is_sqlite, journal_mode
from bot.store.oauth import BotStore
from bot.store.revisions import NotMigrated, check_migrated
from bot.store.sqlite import SAFE_WAL, version
from bot.store.unit_of_work import DatabaseAway, UnitOfWork
from routines.catalogue import catalogue_with

_INSTALL = "Under api.slack.com/apps, OAuth & Permissions"


class State(StrEnum):
    """How a check ended, in a word that stands for itself."""

    OK = "ok"
    WARNING = "warn"
    FAILED = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found and, unless it is well, what to do."""

    name: str
    state: State
    what: str
    cure: str = ""


def refused_settings(error: SettingsError) -> list[Check]:
    """Turn settings that cannot be read into checks; nothing else can be looked at then."""
    cure = "Correct it in .env or in the environment, then try again."
    return [Check("settings", State.FAILED, problem, cure) for problem in error.problems]


async def examine(settings: Settings) -> list[Check]:
    """Look at settings, database, Slack and routines, in this order."""
    database = await asyncio.to_thread(lambda: list(_database(settings.database_url)))
    is_there = all(check.state is not State.FAILED for check in database)
    return [
        *_settings(settings),
        *database,
        *(await _installations(settings) if settings.uses_oauth and is_there else []),
        *(await _holidays(settings) if is_there else []),
        *[check async for check in _slack(settings)],
        *_routines(settings),
    ]


def _settings(settings: Settings) -> Iterator[Check]:
    if settings.mode is None:
        yield Check("settings", State.FAILED, "Limber cannot reach Slack yet.", settings.mode_reason)
        return
    yield Check("settings", State.OK, settings.mode_reason)
    if settings.slack_client_id is not None and not settings.uses_oauth:
        what = "SLACK_CLIENT_ID has no use beside SLACK_BOT_TOKEN, which stands for one workspace."
        cure = "Take SLACK_BOT_TOKEN away so that any workspace can install Limber, or leave it."
        yield Check("oauth", State.WARNING, what, cure)
    if settings.mode == "http" and settings.public_url is None:
        cure = "Set PUBLIC_URL to the https address under which Slack reaches Limber."
        yield Check("pictures", State.WARNING, "PUBLIC_URL is not set, so Slack has nowhere to get them.", cure)


def _database(url: str) -> Iterator[Check]:
    try:
        revision = check_migrated(url)
        yield Check("database", State.OK, describe(url))
        yield Check("schema", State.OK, f"{revision}, the newest")
    except NotMigrated as error:
        what, _, cure = str(error).rpartition(". ")
        yield Check("database", State.OK, describe(url))
        yield Check("schema", State.FAILED, f"{what}.", cure)
    except DatabaseAway as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines() or ["no reason given"]
        cure = "Start it, or correct DATABASE_URL."
        yield Check("database", State.FAILED, f"{describe(url)}: {reason[0]}", cure)
        return
    if is_sqlite(url):
        yield sqlite(version(), journal_mode(url))


def sqlite(used: tuple[int, ...], mode: str | None) -> Check:
    """Look at the version of SQLite that is used, and at the journal mode of its file."""
    what = f"{_dotted(used)}, journal mode {mode}" if mode else _dotted(used)
    if mode == "WAL" and used < SAFE_WAL:
        what = f"{what}: before {_dotted(SAFE_WAL)} that can damage the file."
        cure = "Close whatever has the file open, then start the bot, which goes back to journal mode DELETE."
        return Check("sqlite", State.WARNING, what, cure)
    why = "" if used >= SAFE_WAL else f"; WAL, in which commits are faster, is safe from {_dotted(SAFE_WAL)} on"
    return Check("sqlite", State.OK, f"{what}{why}. One bot for each file; for more use PostgreSQL.")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


async def _installations(settings: Settings) -> list[Check]:
    async with opened(settings.database_url, read_only=True) as engine:
        workspaces = await installations.list_all(partial(UnitOfWork, engine))
        keys = settings.token_keys.get_secret_value().split(",") if settings.token_keys else []
        unreadable = await BotStore(engine, "", Cipher(keys)).list_unreadable() if keys else []
    return [_keys(unreadable), *_workspaces(workspaces)]


async def _holidays(settings: Settings) -> list[Check]:
    async with opened(settings.database_url, read_only=True) as engine:
        unknown = await schedules.unknown_regions(partial(UnitOfWork, engine))
    cure = "Schedules that are to rest on them do not. Choose another region; `limber schedules list` shows which."
    return [Check("holidays", State.WARNING, f"Those of {each} are not known.", cure) for each in unknown]


def _keys(unreadable: list[str]) -> Check:
    if not unreadable:
        return Check("keys", State.OK, "TOKEN_KEYS reads every token")
    cure = "Put the key back under which they were written; or: limber tokens renew --drop-unreadable"
    what = f"TOKEN_KEYS does not read the tokens of {len(unreadable)} workspaces: {', '.join(unreadable[:5])}"
    return Check("keys", State.FAILED, what, cure)


def _workspaces(found: list[Workspace]) -> Iterator[Check]:
    present = [each for each in found if each.uninstalled_at is None]
    gone = len(found) - len(present)
    waiting = f"; {gone} uninstalled, erased a week after that" if gone else ""
    yield Check("workspaces", State.OK, f"{len(present)} installed{waiting}")
    for each in present:
        lacking = missing_scopes(each.scopes, (*HTTP_REQUIRED_SCOPES, *HTTP_OPTIONAL_SCOPES))
        if lacking:
            reasons = dict.fromkeys(_WITHOUT[scope] for scope in lacking if scope in _WITHOUT)
            cure = " ".join([*reasons, "An admin there can add them by installing once more."])
            yield Check("scopes", State.WARNING, f"{each.team_id} did not grant {', '.join(lacking)}", cure)


async def _slack(settings: Settings) -> AsyncIterator[Check]:
    try:
        await reach(settings.slack_api_url)
    except SlackAway as away:
        cure = "Is this machine online, and is there a proxy or firewall? SLACK_API_URL says where Slack is."
        yield Check("slack", State.FAILED, f"{settings.slack_api_url} cannot be used: {away}.", cure)
        return
    yield Check("slack", State.OK, f"{settings.slack_api_url} answers")
    async for check in _tokens(settings):
        yield check


async def _tokens(settings: Settings) -> AsyncIterator[Check]:
    url, bot, app = settings.slack_api_url, settings.slack_bot_token, settings.slack_app_token
    try:
        if bot is not None:
            for check in _bot_token(await check_bot_token(url, bot.get_secret_value()), settings):
                yield check
        if app is not None:
            yield _app_token(await check_app_token(url, app.get_secret_value()))
    except SlackAway as away:
        yield Check("tokens", State.FAILED, f"Slack stopped answering: {away}.", "Try again in a minute.")


def _bot_token(answer: Answer, settings: Settings) -> Iterator[Check]:
    if answer.error:
        cure = f"{_INSTALL}, install the app and copy its token (xoxb-) to SLACK_BOT_TOKEN."
        yield Check("bot token", State.FAILED, f"Slack refuses SLACK_BOT_TOKEN: {answer.error}.", cure)
        return
    yield Check("bot token", State.OK, f"for {answer.team} ({answer.team_id})")
    yield from _scopes(answer.scopes, settings)


_NO_HISTORY = "Without :history a break whose fate is unknown after a crash is not posted again."
_WITHOUT = {
    "channels:history": _NO_HISTORY,
    "groups:history": _NO_HISTORY,
    "files:read": "Without files:read a new picture may be missing from the first message that is to have it.",
}
"""What an optional scope is good for."""


def _scopes(granted: frozenset[str] | None, settings: Settings) -> Iterator[Check]:
    if granted is None:
        yield Check("scopes", State.WARNING, "Slack did not say which are granted.", "Try again later.")
        return
    # In HTTP mode pictures have an address of their own; nothing is uploaded.
    required = HTTP_REQUIRED_SCOPES if settings.mode == "http" else REQUIRED_SCOPES
    missing = [scope for scope in required if scope not in granted]
    wanted = HTTP_OPTIONAL_SCOPES if settings.mode == "http" else OPTIONAL_SCOPES
    optional = [scope for scope in wanted if scope not in granted]
    if missing:
        cure = f"{_INSTALL}, add them and reinstall the app; or paste `limber manifest` under App Manifest."
        yield Check("scopes", State.FAILED, f"missing: {', '.join(missing)}", cure)
    else:
        yield Check("scopes", State.OK, f"granted: {', '.join(required)}")
    if optional:
        cure = " ".join([*dict.fromkeys(_WITHOUT[scope] for scope in optional), "Add them if you like."])
        yield Check("scopes", State.WARNING, f"not granted, and optional: {', '.join(optional)}", cure)


def _app_token(answer: Answer) -> Check:
    if answer.error:
        cure = (
            "Under Basic Information, make an app-level token with the scope connections:write; switch on Socket Mode."
        )
        return Check("app token", State.FAILED, f"Slack refuses SLACK_APP_TOKEN: {answer.error}.", cure)
    return Check("app token", State.OK, "opens websockets")


def _routines(settings: Settings) -> Iterator[Check]:
    catalogue = catalogue_with(settings.routines_folder)
    for problem in catalogue.problems:
        key = f"{problem.key}: " if problem.key else ""
        what = f"{problem.file}, line {problem.line}: {key}{problem.what}. This file is left out."
        yield Check("routines", State.FAILED, what, problem.cure)
    count = f"{len(catalogue.exercises)} exercises, {len(catalogue.areas)} of 6 areas"
    if catalogue.routines:
        yield Check("routines", State.OK, count)
    else:
        yield Check("routines", State.FAILED, "There are none.", "Install Limber anew: its own are missing.")

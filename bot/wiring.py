"""Puts the program together: settings to engine, clients, Bolt app, courier and metronome; start and drain."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.clock import Clock
from bot.domain.errors import CannotRun
from bot.metrics import exposition
from bot.scheduler import Metronome
from bot.services import installations, outbox
from bot.services.ports import Directory, OpenUnitOfWork
from bot.settings import Settings, SettingsError
from bot.slack.app import SlackApp
from bot.slack.clients import Clients, Grant, Grants, Identity, OneGrant, RememberedGrants, authorize_with
from bot.slack.courier import Courier
from bot.slack.directory import SlackDirectory
from bot.slack.dispatch import Dependencies
from bot.slack.files import Files
from bot.slack.incoming import socket_mode
from bot.slack.installations import AppCredentials, InstallPages
from bot.slack.pictures import Pictures
from bot.slack.presence import Presence
from bot.slack.uploads import Uploads
from bot.store import bell
from bot.store.cipher import Cipher
from bot.store.clock import shared_clock
from bot.store.engine import opened
from bot.store.health import is_sqlite, revision
from bot.store.lock import hold
from bot.store.oauth import BotStore, StateStore
from bot.store.revisions import check_migrated
from bot.store.unit_of_work import DatabaseAway, UnitOfWork
from bot.ticks import plan, tidy
from routines.catalogue import Catalogue, catalogue_with

logger = logging.getLogger(__name__)

_ONE_PROCESS = "A SQLite file has one bot: run `limber run`, or set DATABASE_URL to PostgreSQL to split it in several."

_DATABASE_ANSWERS_WITHIN_SECONDS = 5

DRAIN_FOR = timedelta(seconds=7)
"""How long calls and answers under way get to settle; with 3 seconds for what Slack waits for, a stop takes 10."""


@dataclass(frozen=True, slots=True)
class Limber:
    """The running program, as far as others may touch it."""

    open_unit_of_work: OpenUnitOfWork
    catalogue: Catalogue
    clock: Clock
    directory: Directory
    pictures: Pictures
    courier: Courier
    metronome: Metronome
    plans: Callable[[], Awaitable[float]]
    tidies: Callable[[], Awaitable[None]]

    async def plan(self) -> None:
        """Turn what is due now into rows, without waiting for the next tick."""
        await self.plans()

    async def tidy(self) -> None:
        """Erase what has to go by now, without waiting for the hour."""
        await self.tidies()

    async def is_settled(self) -> bool:
        """Tell whether everything due now has been said."""
        return await outbox.is_settled(self.open_unit_of_work, self.clock())

    async def next_due_at(self) -> datetime | None:
        """Find the next instant (UTC) at which something is due."""
        return await outbox.next_due_at(self.open_unit_of_work, self.clock())


class Part(StrEnum):
    """What a process does: answer Slack, or keep the schedules and deliver. One process may do both."""

    ANSWERS = "answers Slack"
    DELIVERS = "delivers"


EVERYTHING = frozenset(Part)


@contextlib.asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, parts: frozenset[Part] = EVERYTHING
) -> AsyncIterator[Limber]:
    """Run the bot, or a part of it, within a context; leaving it drains and stops. `clock` is a playground's own.

    Raises SettingsError; CannotRun where Slack or a port does not serve; NotMigrated, DatabaseBusy.
    """
    _check_usable(settings, parts)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(hold(settings.database_url))
        newest = await asyncio.to_thread(check_migrated, settings.database_url)
        engine = await stack.enter_async_context(opened(settings.database_url))
        if clock is None:
            clock = await stack.enter_async_context(shared_clock(engine))
        clients = await stack.enter_async_context(Clients(settings.slack_api_url))
        bots = await _bots(settings, partial(BotStore, engine))
        identity = None if bots else await clients.identify(_text(settings.slack_bot_token))
        grants = RememberedGrants(partial(_read_grant, bots)) if bots else _one(identity, settings)
        clients.use(grants)
        limber, app = _assemble(settings, partial(UnitOfWork, engine), clients, grants, clock)
        if identity is not None:
            await _remember(limber.open_unit_of_work, identity, clock())
        stack.push_async_callback(_drain, limber, app)
        if Part.ANSWERS in parts:
            pages = _install_pages(settings, (bots, StateStore(engine)), clients, grants, limber) if bots else None
            problems = partial(_problems, limber, parts, partial(revision, engine), newest)
            await stack.enter_async_context(_listening(settings, app, limber, problems, pages))
        if identity is not None:
            client = clients.client_of(identity.team_id)
            uploads = Uploads(limber.pictures, limber.open_unit_of_work, client, identity.team_id)
            await stack.enter_async_context(_in_background(uploads.keep_up()))
        if Part.DELIVERS in parts:
            await stack.enter_async_context(bell.listening(engine, limber.metronome.wake))
            limber.metronome.start()
        yield limber


def _check_usable(settings: Settings, parts: frozenset[Part]) -> None:
    answers_without = settings.mode is None and Part.ANSWERS in parts
    has_tokens = settings.token_keys is not None if settings.uses_oauth else settings.slack_bot_token is not None
    if answers_without or not has_tokens:
        raise SettingsError([settings.mode_reason])
    if parts != EVERYTHING and is_sqlite(settings.database_url):
        raise CannotRun(_ONE_PROCESS)


async def _bots(settings: Settings, make: Callable[[str, Cipher], BotStore]) -> BotStore | None:
    """Open the store of tokens where workspaces install the app themselves; raises TokensUnreadable."""
    if not settings.uses_oauth:
        return None
    bots = make(settings.slack_client_id or "", Cipher(_text(settings.token_keys).split(",")))
    await bots.check_readable()
    return bots


def _assemble(
    settings: Settings, open_unit_of_work: OpenUnitOfWork, clients: Clients, grants: Grants, clock: Clock
) -> tuple[Limber, SlackApp]:
    catalogue = load_routines(settings.routines_folder)
    pictures = Pictures(catalogue, settings.public_url if settings.mode == "http" else None)
    courier = Courier(
        open_unit_of_work,
        catalogue=catalogue,
        pictures=pictures,
        client_of=clients.client_of,
        clock=clock,
    )
    plans = partial(plan, open_unit_of_work, catalogue, clock)
    # One workspace has just been asked whose token it is.
    presence = Presence(open_unit_of_work, clients.client_of, grants, clock, None if settings.uses_oauth else clock())
    tidies = partial(tidy, open_unit_of_work, clock, settings.retention_days, presence)
    metronome = Metronome(plans, courier.deliver_due, tidies)
    directory = SlackDirectory(clients.client_of)
    deps = Dependencies(
        open_unit_of_work,
        catalogue,
        clock,
        directory,
        pictures,
        Files(clients.client_of, grants),
        grants.forget,
        settings.retention_days,
    )
    app = SlackApp(deps, clients.client_of, authorize_with(grants), _text(settings.slack_signing_secret) or None)
    return Limber(open_unit_of_work, catalogue, clock, directory, pictures, courier, metronome, plans, tidies), app


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""


def _one(identity: Identity | None, settings: Settings) -> Grants:
    if identity is None:
        raise CannotRun(settings.mode_reason)
    return OneGrant(identity, _text(settings.slack_bot_token))


async def _read_grant(bots: BotStore, team_id: str) -> Grant | None:
    bot = await bots.async_find_bot(team_id=team_id)
    return Grant(bot.bot_token, bot.bot_user_id, bot.bot_id) if bot else None


async def _remember(open_unit_of_work: OpenUnitOfWork, identity: Identity, now: datetime) -> None:
    await installations.install(
        open_unit_of_work,
        identity.team_id,
        name=identity.team_name,
        app_user_id=identity.app_user_id,
        app_bot_id=identity.app_bot_id,
        scopes=identity.scopes,
        now=now,
        is_new=False,
    )


def _install_pages(
    settings: Settings, stores: tuple[BotStore, StateStore], clients: Clients, grants: Grants, limber: Limber
) -> InstallPages:
    credentials = AppCredentials(
        settings.slack_client_id or "",
        _text(settings.slack_client_secret),
        settings.slack_api_url,
        settings.public_url or "",
    )
    return InstallPages(
        credentials,
        client=clients.anonymous(),
        bots=stores[0],
        states=stores[1],
        open_unit_of_work=limber.open_unit_of_work,
        grants=grants,
        clock=limber.clock,
    )


@contextlib.asynccontextmanager
async def _listening(
    settings: Settings,
    app: SlackApp,
    limber: Limber,
    problems: Callable[[], Awaitable[list[str]]],
    pages: InstallPages | None,
) -> AsyncIterator[None]:
    """Be reachable for Slack: over a websocket of our own, or at our address."""
    if settings.mode == "socket" and settings.slack_app_token is not None:
        async with socket_mode(app, settings.slack_app_token.get_secret_value(), settings.slack_api_url):
            yield
        return
    from bot import http  # noqa: PLC0415  # a web server is a twentieth of a start, which a websocket does without
    from bot.slack.signed_requests import SignedRequests  # noqa: PLC0415  # in the web server's terms

    slack = SignedRequests(app, _text(settings.slack_signing_secret))
    health = http.Health(problems, partial(_metrics, limber))
    asgi = http.create_asgi_app(slack, limber.pictures.locate, health, pages)
    async with http.serving(asgi, settings.host, settings.port) as address:
        logger.info("listening at %s/slack/events", address)
        yield


async def _problems(
    limber: Limber, parts: frozenset[Part], read_revision: Callable[[], Awaitable[str | None]], newest: str
) -> list[str]:
    found = await _database_problems(read_revision, newest)
    if Part.DELIVERS in parts and not limber.metronome.is_beating():
        found.append("the scheduler does not beat")
    return found


async def _metrics(limber: Limber) -> bytes:
    return exposition(await outbox.queue_age(limber.open_unit_of_work, limber.clock()))


async def _database_problems(read_revision: Callable[[], Awaitable[str | None]], newest: str) -> list[str]:
    try:
        async with asyncio.timeout(_DATABASE_ANSWERS_WITHIN_SECONDS):
            current = await read_revision()
    except (*DatabaseAway, TimeoutError):
        return ["the database does not answer"]
    return [] if current == newest else [f"the database is at {current}, this Limber needs {newest}"]


async def _drain(limber: Limber, app: SlackApp) -> None:
    """Begin nothing new, and give the calls and answers under way some seconds to settle."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_FOR.total_seconds()):
            await limber.metronome.stop()
            await limber.courier.drain()
            await app.drain()


@contextlib.asynccontextmanager
async def _in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        # Waited for, because it may hold the one connection to the database.
        task.cancel()
        for outcome in await asyncio.gather(task, return_exceptions=True):
            if isinstance(outcome, Exception):
                logger.warning("pictures were no longer looked after: %s", type(outcome).__name__)


def load_routines(folder: Path | None) -> Catalogue:
    """Load the packaged routines and the team's own; what is wrong with a file is logged and the file left out."""
    catalogue = catalogue_with(folder)
    for problem in catalogue.problems:
        logger.warning("routine left out: %s", problem)
    return catalogue

"""`limber tokens`: the keys under which the tokens of workspaces lie in the database."""

import asyncio
from typing import Annotated

import typer

from bot.cli.console import say
from bot.settings import SettingsError, load_settings
from bot.store.cipher import Cipher, new_key
from bot.store.engine import opened
from bot.store.lock import hold
from bot.store.oauth import BotStore
from bot.store.revisions import check_migrated

app = typer.Typer(help="Keys for the tokens of workspaces.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def key() -> None:
    """Print a new key for TOKEN_KEYS. Put it before those you have, restart, then run: limber tokens renew."""
    typer.echo(new_key())


@app.command()
def renew(
    *,
    drop_unreadable: Annotated[
        bool, typer.Option("--drop-unreadable", help="Forget tokens that no key reads; those workspaces install again.")
    ] = False,
) -> None:
    """Encrypt all tokens with the newest key; afterwards the older ones can go."""
    settings = load_settings()
    if settings.token_keys is None:
        raise SettingsError(["TOKEN_KEYS is not set. Make a key with: limber tokens key"])
    keys = settings.token_keys.get_secret_value().split(",")
    with hold(settings.database_url):
        check_migrated(settings.database_url)
        count, unreadable = asyncio.run(_renew(settings.database_url, Cipher(keys), drop=drop_unreadable))
    say(f"{count} tokens are encrypted with the newest key now.")
    if unreadable:
        fate = "are forgotten" if drop_unreadable else "stay as they are"
        say(f"{len(unreadable)} cannot be read with these keys, and {fate}: {', '.join(unreadable)}.")


async def _renew(url: str, cipher: Cipher, *, drop: bool) -> tuple[int, list[str]]:
    async with opened(url) as engine:
        bots = BotStore(engine, "", cipher)
        unreadable = await bots.list_unreadable()
        return await bots.renew(drop_unreadable=drop), unreadable

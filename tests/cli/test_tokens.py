"""Keys on the command line: made, changed, and what to do when one is lost."""

import asyncio

import pytest

from bot.store.cipher import Cipher, TokensUnreadable, new_key
from bot.store.engine import open_engine
from bot.store.oauth import BotStore
from tests.cli.conftest import Limber
from tests.store.test_oauth import bot

OLD, NEW = new_key(), new_key()


def with_store(url: str, key: str, *, save: bool) -> bool:
    """Save a token, or tell whether every one can be read."""

    async def act() -> bool:
        engine = open_engine(url)
        bots = BotStore(engine, "1.2", Cipher([key]))
        try:
            if save:
                await bots.async_save_bot(bot())
            await bots.check_readable()
        except TokensUnreadable:
            return False
        finally:
            await engine.dispose()
        return True

    return asyncio.run(act())


def test_a_key_is_made_as_the_setting_takes_it(
    limber: Limber, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    made = limber("tokens", "key").stdout.strip()
    assert made != limber("tokens", "key").stdout.strip()
    monkeypatch.setenv("TOKEN_KEYS", made)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert limber("tokens", "renew").stdout == "0 tokens are encrypted with the newest key now.\n"


def test_after_renewing_the_older_key_can_go(limber: Limber, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with_store(sqlite_url, OLD, save=True)
    assert not with_store(sqlite_url, NEW, save=False)
    monkeypatch.setenv("TOKEN_KEYS", f"{NEW},{OLD}")
    assert "1 tokens" in limber("tokens", "renew").stdout
    assert with_store(sqlite_url, NEW, save=False)


def test_a_token_whose_key_is_lost_is_named_and_forgotten_when_that_is_asked_for(
    limber: Limber, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with_store(sqlite_url, OLD, save=True)
    monkeypatch.setenv("TOKEN_KEYS", NEW)
    assert "1 cannot be read with these keys, and stay as they are: T1." in limber("tokens", "renew").stdout
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    seen = limber("doctor").stdout
    assert "does not read the tokens of 1 workspaces: T1" in seen
    assert "--drop-unreadable" in seen
    assert "are forgotten: T1." in limber("tokens", "renew", "--drop-unreadable").stdout
    assert with_store(sqlite_url, NEW, save=False)


def test_without_keys_it_says_how_to_make_one(limber: Limber) -> None:
    result = limber("tokens", "renew")
    assert result.exit_code == 2
    assert "limber tokens key" in result.stderr

"""Tokens at rest: encrypted, readable with older keys, renewed with the newest; states good once."""

import asyncio

import pytest
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.cipher import Cipher, TokensUnreadable, new_key
from bot.store.oauth import BotStore, StateStore

OLD, NEW = new_key(), new_key()
LONG = "xoxb-" + "1234567890" * 25


def bot(token: str = LONG, *, team: str = "T1", at: float = 1_772_445_300.0, enterprise: str | None = None) -> Bot:
    return Bot(
        app_id="A1",
        enterprise_id=enterprise,
        team_id=team,
        bot_token=token,
        bot_id="B1",
        bot_user_id="U1",
        bot_scopes="commands,chat:write",
        installed_at=at,
    )


def store(engine: AsyncEngine, *keys: str) -> BotStore:
    return BotStore(engine, "1.2", Cipher(keys))


async def stored(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list((await connection.execute(text("SELECT bot_token FROM slack_bots ORDER BY id"))).scalars())


async def test_a_token_comes_back_as_it_went_in_and_lies_there_encrypted(engine: AsyncEngine) -> None:
    bots = store(engine, NEW)
    await bots.async_save_bot(bot())
    found = await bots.async_find_bot(team_id="T1")
    assert found is not None
    assert (found.bot_token, found.bot_user_id, found.bot_scopes) == (LONG, "U1", ["commands", "chat:write"])
    assert LONG not in str(await stored(engine))
    assert await bots.async_find_bot(team_id="T2") is None


async def test_a_workspace_has_one_token_and_keeps_it_when_it_joins_an_organisation(engine: AsyncEngine) -> None:
    bots = store(engine, NEW)
    await bots.async_save_bot(bot("xoxb-first"))
    await bots.async_save_bot(bot("xoxb-other", team="T2"))
    await bots.async_save_bot(bot("xoxb-second", at=1_772_445_400.0, enterprise="E1"))
    found = await bots.async_find_bot(enterprise_id="E1", team_id="T1")
    assert found is not None
    assert found.bot_token == "xoxb-second"
    assert len(await stored(engine)) == 2


async def test_keys_are_changed_without_a_gap(engine: AsyncEngine) -> None:
    await store(engine, OLD).async_save_bot(bot())
    both = store(engine, NEW, OLD)
    found = await both.async_find_bot(team_id="T1")
    assert found is not None
    assert found.bot_token == LONG
    with pytest.raises(TokensUnreadable):
        await store(engine, NEW).async_find_bot(team_id="T1")
    assert await both.renew() == 1
    await store(engine, NEW).check_readable()
    with pytest.raises(TokensUnreadable, match="TOKEN_KEYS"):
        await store(engine, OLD).async_find_bot(team_id="T1")


async def test_a_wrong_key_is_said_with_the_workspaces_and_the_way_out(engine: AsyncEngine) -> None:
    await store(engine, OLD).async_save_bot(bot())
    await store(engine, NEW).async_save_bot(bot("xoxb-other", team="T2"))
    with pytest.raises(TokensUnreadable, match=r"does not read the tokens of 1 workspaces \(T1\)") as said:
        await store(engine, NEW).check_readable()
    assert "--drop-unreadable" in str(said.value)
    assert OLD not in str(said.value)


async def test_what_no_key_reads_is_left_until_it_is_to_be_dropped(engine: AsyncEngine) -> None:
    await store(engine, OLD).async_save_bot(bot())
    bots = store(engine, NEW)
    await bots.async_save_bot(bot("xoxb-other", team="T2"))
    assert await bots.renew() == 1
    assert await bots.list_unreadable() == ["T1"]
    assert await bots.renew(drop_unreadable=True) == 1
    await bots.check_readable()
    assert len(await stored(engine)) == 1


async def test_of_many_who_bring_one_state_back_one_is_first(engine: AsyncEngine) -> None:
    states = StateStore(engine)
    state = await states.async_issue()
    came = await asyncio.gather(*(states.async_consume(state) for _ in range(8)))
    assert sorted(came) == [False] * 7 + [True]
    assert not await states.async_consume("never issued")

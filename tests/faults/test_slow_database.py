"""A database that has become slow: nobody claims more than they can say before the lease runs out."""

from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.clock import utc_now
from bot.settings import Settings
from bot.store.engine import open_engine
from bot.wiring import running
from playground.server import Playground
from tests.faults.chaos import chaotic_manifest, fill, posted_keys, rows_of, seed_with
from tests.faults.processes import until

PROMPTS = 1000

SLOW_DOWN = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
CREATE TRIGGER dawdle AFTER UPDATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION dawdle()
"""


@pytest.mark.long
@pytest.mark.xfail(strict=True, reason="DEFECT: the courier claims without end, and leases run out before their turn")
async def test_with_a_slow_database_every_message_is_claimed_once_and_no_lease_runs_out(postgresql_url: str) -> None:
    channels = [channel.id for channel in seed_with(PROMPTS).channels]
    engine = open_engine(postgresql_url)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(SLOW_DOWN)
    async with Playground(manifest=chaotic_manifest(), seed=seed_with(PROMPTS), check_blocks=False) as slack:
        settings = Settings(
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=SecretStr(slack.app_token),
            slack_api_url=slack.api_url,
            database_url=postgresql_url,
        )
        async with running(settings):
            await fill(engine, channels, [utc_now() + timedelta(seconds=1)] * PROMPTS)

            async def all_settled() -> bool:
                rows = await rows_of(engine)
                return len(rows) == PROMPTS and not any(row.is_open for row in rows)

            await until(all_settled, "all are settled", 200)
        async with engine.connect() as connection_:
            attempts = Counter(
                (await connection_.execute(text("SELECT attempts FROM outbox WHERE kind = 'prompt'"))).scalars()
            )
        assert sorted(posted_keys(slack, channels).values()) == [1] * PROMPTS
    await engine.dispose()
    assert attempts == {1: PROMPTS}
    assert slack.calls("conversations.history") == []

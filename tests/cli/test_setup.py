"""From nothing to a bot that can run: what is asked, checked, written, and said about wrong input."""

import asyncio
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.settings import load_settings
from bot.slack.manifest import manifest
from playground.server import Playground
from tests.cli.conftest import Limber


@pytest.fixture
def slack() -> Iterator[Playground]:
    """A playground beside the command, which has a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    playground = Playground(manifest=manifest())
    asyncio.run_coroutine_threadsafe(playground.__aenter__(), loop).result(10)
    yield playground
    asyncio.run_coroutine_threadsafe(playground.__aexit__(None, None, None), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch, slack: Playground) -> None:
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)


def test_two_tokens_are_all_it_takes(limber: Limber, slack: Playground) -> None:
    env = Path(".env")
    env.write_text("# ours\nLOG_LEVEL=DEBUG\nSLACK_BOT_TOKEN=\nOTHER=1 # kept\n")
    env.chmod(0o644)
    result = limber("setup", "--no-browser", typed=f"{slack.bot_token}\n{slack.app_token}\n")
    assert result.exit_code == 0, result.output
    assert "It is for Northlight Studio (T0LIMBER)." in result.stdout
    assert "limber db upgrade" in result.stdout
    assert slack.bot_token not in result.output
    assert slack.app_token not in result.output
    lines = env.read_text().splitlines()
    assert lines == [
        *("# ours", "LOG_LEVEL=DEBUG", f"SLACK_BOT_TOKEN={slack.bot_token}", "OTHER=1 # kept"),
        f"SLACK_APP_TOKEN={slack.app_token}",
    ]
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert load_settings().mode == "socket"


def test_the_link_has_the_manifest_filled_in(limber: Limber, slack: Playground) -> None:
    said = limber("setup", "--no-browser", typed=f"{slack.bot_token}\n{slack.app_token}\n").stdout
    (link,) = [line.strip() for line in said.splitlines() if line.strip().startswith("https://")]
    query = parse_qs(urlsplit(link).query)
    assert urlsplit(link).hostname == "api.slack.com"
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == manifest()


def test_wrong_input_gets_a_sentence_and_another_chance(limber: Limber, slack: Playground) -> None:
    typed = [slack.app_token, "xoxb-wrong", slack.bot_token, "hello", slack.app_token]
    result = limber("setup", "--no-browser", typed="\n".join([*typed, ""]))
    assert result.exit_code == 0
    assert "it must begin with xoxb- and go on; yours begins with 'xapp-'" in result.stdout
    assert "Slack does not take it (invalid_auth)." in result.stdout
    assert "it must begin with xapp- and go on; yours does not" in result.stdout


def test_after_three_wrong_ones_nothing_is_written(limber: Limber) -> None:
    result = limber("setup", "--no-browser", typed="a\nb\nc\n")
    assert result.exit_code == 1
    assert "Nothing was written." in result.stderr
    assert not Path(".env").exists()


def test_who_is_offline_hears_so(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    result = limber("setup", "--no-browser", typed="xoxb-1\n")
    assert result.exit_code == 1
    assert "Slack cannot be asked" in result.stderr
    assert not Path(".env").exists()


def test_slacks_own_command_line_can_start_us(
    limber: Limber, slack: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = json.loads((Path(__file__).parents[2] / ".slack" / "hooks.json").read_text())["hooks"]["get-hooks"]
    answered = json.loads(limber(*named.split()[1:]).stdout)
    assert json.loads(limber(*answered["hooks"]["get-manifest"].split()[1:]).stdout) == manifest()
    assert answered["hooks"]["start"].split()[1:] == ["run"]
    monkeypatch.setenv("SLACK_CLI_XOXB", slack.bot_token)
    monkeypatch.setenv("SLACK_CLI_XAPP", slack.app_token)
    assert load_settings().mode == "socket"
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-ours")
    token = load_settings().slack_bot_token
    assert token is not None
    assert token.get_secret_value() == "xoxb-ours", "what somebody set goes first"

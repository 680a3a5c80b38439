import json
from pathlib import Path
from typing import Any

from bot.slack.manifest import manifest
from tests.cli.conftest import Limber

ROOT = Path(__file__).parents[2]


def test_the_file_in_the_repository_is_what_the_command_prints(limber: Limber) -> None:
    assert limber("manifest").stdout_bytes == (ROOT / "manifest.json").read_bytes()


def test_for_http_everything_goes_to_one_address_and_socket_mode_is_off(limber: Limber) -> None:
    found: dict[str, Any] = json.loads(limber("manifest", "--http", "https://limber.example.com/").stdout)
    address = "https://limber.example.com/slack/events"
    assert found["features"]["slash_commands"][0]["url"] == address
    assert found["settings"]["event_subscriptions"]["request_url"] == address
    assert found["settings"]["interactivity"]["request_url"] == address
    assert found["settings"]["socket_mode_enabled"] is False


def test_an_address_that_slack_would_refuse_is_refused(limber: Limber) -> None:
    result = limber("manifest", "--http", "limber.example.com")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--http https://limber.example.com" in result.stderr


def test_the_manifest_keeps_slacks_limits() -> None:
    found = manifest()
    shown, scopes = found["display_information"], found["oauth_config"]["scopes"]
    (command,) = found["features"]["slash_commands"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(command["command"]) <= 32
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    assert len(set(scopes["bot"])) == len(scopes["bot"])
    assert "url" not in command
    assert found["settings"]["socket_mode_enabled"]

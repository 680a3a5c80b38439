import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.slack.ids import SHORTCUT
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


def obj(required: str = "", **properties: Any) -> dict[str, Any]:
    """Say what an object of a manifest may hold: nothing else, and these at least."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def texts(most: int, length: int = 50) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "uniqueItems": True, "items": {"type": "string", "maxLength": length}}


def text(longest: int, shortest: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def several(most: int, item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": most, "items": item}


FLAG = {"type": "boolean"}
URL = {"type": "string", "pattern": "^https?://", "maxLength": 3000}
COMMAND_LIMITS = obj(
    "command description",
    command={"type": "string", "pattern": "^/", "minLength": 2, "maxLength": 32},
    description=text(2000),
    usage_hint=text(1000),
    should_escape=FLAG,
    url=URL,
)
SHORTCUT_LIMITS = obj(
    "name type callback_id description",
    name=text(24),
    type={"enum": ["global", "message"]},
    callback_id=text(255),
    description=text(150),
)
LIMITS = obj(
    "display_information",
    _metadata=obj(major_version={"type": "integer"}, minor_version={"type": "integer"}),
    display_information=obj(
        "name",
        name=text(35),
        description=text(140),
        long_description=text(4000, 175),
        background_color={"type": "string", "pattern": "^#([0-9a-fA-F]{3}){1,2}$"},
    ),
    features=obj(
        app_home=obj(home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=obj("display_name", display_name=text(80), always_online=FLAG),
        shortcuts=several(10, SHORTCUT_LIMITS),
        slash_commands=several(50, COMMAND_LIMITS),
    ),
    oauth_config=obj(redirect_urls=texts(1000, 2500), scopes=obj(bot=texts(255), bot_optional=texts(255))),
    settings=obj(
        event_subscriptions=obj(request_url=URL, bot_events=texts(100)),
        interactivity=obj("is_enabled", is_enabled=FLAG, request_url=URL),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)
"""What Slack's published schema (slackapi/manifest-schema, version 2) says of the parts we use, in words of our own."""


@pytest.mark.parametrize("address", [None, "https://limber.example.com"])
def test_the_manifest_is_as_slacks_schema_has_it(address: str | None) -> None:
    Draft202012Validator.check_schema(LIMITS)
    found = manifest(address)
    assert [error.message for error in Draft202012Validator(LIMITS).iter_errors(found)] == []
    scopes = found["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    assert ("url" in found["features"]["slash_commands"][0]) == (address is not None)
    assert found["settings"]["socket_mode_enabled"] == (address is None)


@pytest.mark.parametrize("wrong", [{"name": "n" * 36}, {"name": "n", "colour": "green"}, {}])
def test_a_manifest_that_slack_would_refuse_is_noticed(wrong: dict[str, str]) -> None:
    assert not Draft202012Validator(LIMITS).is_valid(manifest() | {"display_information": wrong})


def test_an_installation_comes_back_to_the_address_in_the_manifest() -> None:
    oauth = manifest("https://limber.example.com")["oauth_config"]
    assert oauth["redirect_urls"] == ["https://limber.example.com/slack/oauth_redirect"]
    assert "files:write" not in oauth["scopes"]["bot"]
    assert "redirect_urls" not in manifest()["oauth_config"]


def test_everything_the_manifest_announces_is_answered() -> None:
    found = manifest()
    assert [each["callback_id"] for each in found["features"]["shortcuts"]] == [SHORTCUT]
    assert {"app_uninstalled", "tokens_revoked"} <= set(found["settings"]["event_subscriptions"]["bot_events"])

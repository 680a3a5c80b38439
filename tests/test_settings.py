import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Mode, Settings, SettingsError, load_settings
from bot.store.engine import database_url

ROOT = Path(__file__).parents[1]
SECRET = "hunter2hunter2"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


WRONG = [
    ("SLACK_BOT_TOKEN", f"xoxp-{SECRET}", "must begin with xoxb- and go on; yours begins with 'xoxp-'", "xoxb-"),
    ("SLACK_BOT_TOKEN", f"xapp-{SECRET}", "yours begins with 'xapp-'", "xoxb-"),
    ("SLACK_BOT_TOKEN", SECRET, "must begin with xoxb- and go on; yours does not", "xoxb-"),
    ("SLACK_BOT_TOKEN", "xoxb-", "yours does not", "xoxb-"),
    ("SLACK_APP_TOKEN", f"xoxb-{SECRET}", "must begin with xapp- and go on; yours begins with 'xoxb-'", "xapp-"),
    ("SLACK_SIGNING_SECRET", f"xoxb-{SECRET}", "must be the signing secret", "0123"),
    ("SLACK_CLIENT_ID", SECRET, "must be the client ID", "1234567890"),
    ("SLACK_CLIENT_SECRET", f"xoxb-{SECRET}", "must be the client secret", "0123"),
    ("TOKEN_KEYS", SECRET, "must be keys that `limber tokens key` made", "AAAA"),
    ("TOKEN_KEYS", ",", "must be keys that `limber tokens key` made", "AAAA"),
    ("DATABASE_URL", f"mysql://limber:{SECRET}@db/limber", "yours begins with 'mysql'", "sqlite:///limber.db"),
    ("DATABASE_URL", SECRET, "must begin with sqlite:/// or postgresql://", "sqlite:///limber.db"),
    ("DATABASE_URL", "sqlite://limber.db", "must name a file, after three slashes", "sqlite:///limber.db"),
    ("DATABASE_URL", "sqlite:///:memory:", "must name a file", "sqlite:///limber.db"),
    ("DATABASE_URL", f"postgresql://limber:{SECRET}@db:54x/limber", "the port must be", "sqlite:///limber.db"),
    ("PORT", "0", "from 1 to 65535", "3000"),
    ("PORT", "65536", "from 1 to 65535", "3000"),
    ("PORT", "many", "from 1 to 65535", "3000"),
    ("HOST", "http://here", "without http://", "127.0.0.1"),
    ("PUBLIC_URL", "http://limber.example.com", "begin with https://", "https://"),
    ("PUBLIC_URL", "limber.example.com", "begin with https://", "https://"),
    ("SLACK_API_URL", "slack.com/api", "must be a web address", "https://slack.com/api/"),
    ("SLACK_API_URL", "https://slack.com:port/api", "must be a web address", "https://slack.com/api/"),
    ("RETENTION_DAYS", "30", "at least 120, or 0", "400"),
    ("RETENTION_DAYS", "a year", "must be a number of days", "400"),
    ("LOG_LEVEL", "loud", "must be one of DEBUG, INFO", "INFO"),
]


@pytest.mark.parametrize(("name", "value", "reason", "example"), WRONG, ids=[f"{each[0]}={each[1]}" for each in WRONG])
def test_a_wrong_value_is_refused_with_its_name_the_reason_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str, example: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert reason in line
    assert f"Example: {name}={example}" in line


def test_every_wrong_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [line.split(":")[0] for line in caught.value.problems] == ["PORT", "LOG_LEVEL"]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/limber.db",
        "sqlite+aiosqlite:///limber.db",
        "postgresql://db/limber",
        "postgresql://limber:pa/ss:word@db/limber",
        "postgresql://limber@[::1]:5432/limber",
        "postgresql+psycopg:///limber?host=/run/postgresql",
        "postgres://limber:password@db:5432/limber",
    ],
)
def test_addresses_that_the_store_can_open_are_accepted(url: str) -> None:
    assert Settings(database_url=url).database_url == url
    assert database_url(url)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL"])
def test_a_wrong_secret_is_in_no_error_not_even_in_a_cause(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, f"xoxe-{SECRET}")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    with pytest.raises(ValidationError) as raw:
        Settings.model_validate({name.lower(): f"xoxe-{SECRET}"})
    assert SECRET not in str(raw.value)


def test_secrets_are_in_no_repr_and_no_string() -> None:
    settings = Settings(
        slack_bot_token=SecretStr(f"xoxb-{SECRET}"),
        slack_app_token=SecretStr(f"xapp-{SECRET}"),
        slack_signing_secret=SecretStr(SECRET),
        database_url=f"postgresql://limber:{SECRET}@db/limber",
    )
    assert SECRET not in f"{settings!r} {settings}"


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=4000\nHOST=0.0.0.0\nOTHER=1\nPUBLIC_URL=\n")
    monkeypatch.setenv("PORT", "5000")
    settings = load_settings()
    assert (settings.port, settings.host, settings.public_url) == (5000, "0.0.0.0", None)  # noqa: S104  # a value


def test_a_file_that_is_no_text_is_named() -> None:
    Path(".env").write_bytes(b"PORT=\xff")
    with pytest.raises(SettingsError, match=r"^\.env: cannot be read"):
        load_settings()


def test_without_anything_set_the_defaults_hold() -> None:
    assert load_settings() == Settings()
    assert load_settings().database_url == "sqlite:///limber.db"


def test_values_of_ones_own_are_not_mixed_with_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "5000")
    assert Settings().port == 3000


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_addresses_are_kept_in_one_form() -> None:
    settings = Settings(slack_api_url="http://localhost:8080/api", public_url="https://limber.example.com/")
    assert (settings.slack_api_url, settings.public_url) == (
        "http://localhost:8080/api/",
        "https://limber.example.com",
    )


@pytest.mark.parametrize(
    ("given", "mode", "reason"),
    [
        ("", None, "SLACK_BOT_TOKEN is not set"),
        ("app", None, "SLACK_BOT_TOKEN is not set"),
        ("bot", None, "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode."),
        ("bot app", "socket", "Socket Mode, because SLACK_APP_TOKEN is set."),
        ("bot secret", "http", "HTTP mode, because SLACK_SIGNING_SECRET is set and SLACK_APP_TOKEN is not."),
        ("bot app secret", "socket", "Socket Mode, because SLACK_APP_TOKEN is set."),
    ],
)
def test_the_mode_follows_from_what_is_set(given: str, mode: Mode | None, reason: str) -> None:
    secrets = {
        "bot": ("slack_bot_token", SecretStr("xoxb-1")),
        "app": ("slack_app_token", SecretStr("xapp-1")),
        "secret": ("slack_signing_secret", SecretStr("abc")),
    }
    settings = Settings.model_validate(dict(secrets[each] for each in given.split()))
    assert settings.mode == mode
    assert reason in settings.mode_reason


def test_the_example_file_holds_every_setting_once_with_a_value_that_is_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = (ROOT / ".env.example").read_text()
    lines = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", text, flags=re.MULTILINE)
    assert {name for name, _ in lines} == {name.upper() for name in Settings.model_fields}
    for name, value in lines:
        monkeypatch.setenv(name, value)
        load_settings(None)


def test_the_example_of_every_setting_is_accepted() -> None:
    for name, field in Settings.model_fields.items():
        for example in field.examples or []:
            Settings.model_validate({name: example})


OAUTH = {
    "slack_client_id": "1.2",
    "slack_client_secret": "secret",
    "slack_signing_secret": "secret",
    "public_url": "https://limber.example.com",
    "token_keys": f"{'A' * 43}=, {'B' * 43}=",
}


def test_with_a_client_id_and_without_a_bot_token_any_workspace_may_install_it() -> None:
    settings = Settings.model_validate(OAUTH)
    assert settings.uses_oauth
    assert settings.mode == "http"
    assert settings.token_keys is not None
    assert settings.token_keys.get_secret_value() == f"{'A' * 43}=,{'B' * 43}="
    assert "AAAA" not in repr(settings)


@pytest.mark.parametrize("missing", [name for name in OAUTH if name != "slack_client_id"])
def test_what_is_missing_for_that_is_named(missing: str) -> None:
    settings = Settings.model_validate({name: value for name, value in OAUTH.items() if name != missing})
    assert settings.mode is None
    assert missing.upper() in settings.mode_reason
    assert ("limber tokens key" in settings.mode_reason) == (missing == "token_keys")


def test_a_bot_token_stands_for_one_workspace_whatever_else_is_set() -> None:
    settings = Settings.model_validate(OAUTH | {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"})
    assert not settings.uses_oauth
    assert settings.mode == "socket"

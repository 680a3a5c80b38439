"""The only reader of the environment: every setting, checked once, in one frozen object.

`load_settings` reads the environment and a .env file (python-dotenv, underneath pydantic-settings); `Settings(…)` reads
neither, so that the demo and the tests can make one of their own values.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from dotenv import set_key
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Mode = Literal["socket", "http"]
"""How Slack reaches the app: over a websocket that the app opens, or with signed HTTP requests."""

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_TOKEN_KIND = re.compile(r"(?:xox[a-z]|xapp|xoxe\.xox[a-z])-")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_LARGEST_PORT = 65535
_FEWEST_DAYS_KEPT = 120  # a quarter's boards are worked out again when somebody hides their name


class SettingsError(Exception):
    """Settings that cannot be used: one line for each, with its name, the reason and an example."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def _text(value: Any) -> str:
    return (value.get_secret_value() if isinstance(value, SecretStr) else str(value)).strip()


def _token(prefix: str) -> Callable[[Any], SecretStr | None]:
    def check(value: Any) -> SecretStr | None:
        if value is None:
            return None
        text = _text(value)
        if text.startswith(prefix) and len(text) > len(prefix):
            return SecretStr(text)
        # Only the kind of a token may be named: anything else could be a piece of a secret.
        kind = _TOKEN_KIND.match(text)
        got = f"begins with '{kind[0]}'" if kind and kind[0] != prefix else "does not"
        raise ValueError(f"must begin with {prefix} and go on; yours {got}")

    return check


def _secret(name: str) -> Callable[[Any], SecretStr | None]:
    def read(value: Any) -> SecretStr | None:
        if value is None:
            return None
        text = _text(value)
        if not text or _TOKEN_KIND.match(text):
            raise ValueError(f"must be the {name} from Basic Information; yours is empty or a token")
        return SecretStr(text)

    return read


def _client_id(value: Any) -> str | None:
    if value is None:
        return None
    text = _text(value)
    if not re.fullmatch(r"\d+\.\d+", text):
        raise ValueError("must be the client ID from Basic Information: two numbers with a dot between them")
    return text


def _keys(value: Any) -> SecretStr | None:
    if value is None:
        return None
    keys = [key.strip() for key in _text(value).split(",") if key.strip()]
    if not keys or not all(re.fullmatch(r"[\w-]{43}=", key) for key in keys):
        raise ValueError("must be keys that `limber tokens key` made, separated by commas, the newest first")
    return SecretStr(",".join(keys))


def _database(value: Any) -> str:
    text = _text(value)
    scheme, separator, rest = text.partition("://")
    backend = scheme.split("+")[0]
    if not separator or backend not in {"sqlite", "postgresql", "postgres"}:
        got = f"; yours begins with '{scheme[:20]}'" if separator else ""
        raise ValueError(f"must begin with sqlite:/// or postgresql://{got}")
    if backend == "sqlite" and (not rest.strip("/") or not rest.startswith("/") or rest == "/:memory:"):
        raise ValueError("must name a file, after three slashes, or four for a full path")
    address = re.sub(r"^[^:/@]*(?::[^@]*)?@", "", rest)
    port = re.match(r"(?:\[[^/?]+\]|[^/:?]+)?:([^/?]+)", address)
    if port:
        _port(port[1])
    return text


def _port(value: Any) -> int:
    text = _text(value)
    if not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) <= _LARGEST_PORT:
        raise ValueError(f"the port must be a whole number from 1 to {_LARGEST_PORT}")
    return int(text)


def _retention_days(value: Any) -> int:
    text = _text(value)
    if not re.fullmatch(r"\d{1,5}", text) or 0 < int(text) < _FEWEST_DAYS_KEPT:
        raise ValueError(
            f"must be a number of days, at least {_FEWEST_DAYS_KEPT}, or 0 to keep participations for ever"
        )
    return int(text)


def _host(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"[\w.:-]+", text):
        raise ValueError("must be the name or address of this machine, without http:// and without a port")
    return text


def _api_url(value: Any) -> str:
    text = _text(value)
    if _scheme(text) not in {"http", "https"}:
        raise ValueError("must be a web address that begins with https:// (or http://)")
    return text.rstrip("/") + "/"


def read_public_url(value: Any) -> str | None:
    """Accept the address under which Slack reaches the app, without a slash at the end; raises ValueError."""
    if value is None:
        return None
    text = _text(value)
    scheme = _scheme(text)
    if scheme != "https" and not (scheme == "http" and urlsplit(text).hostname in _LOCAL_HOSTS):
        raise ValueError("must be the address under which Slack reaches the app, and begin with https://")
    return text.rstrip("/")


def _scheme(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", text)
    except ValueError:
        return None
    return parts.scheme if usable else None


def _log_level(value: Any) -> str:
    text = _text(value).upper()
    if text not in get_args(LogLevel):
        raise ValueError(f"must be one of {', '.join(get_args(LogLevel))}")
    return text


class Settings(BaseModel):
    """Everything that can be set; the environment has each under its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: Annotated[
        SecretStr | None, BeforeValidator(_token("xoxb-")), Field(examples=["xoxb-1234-5678-abcdef"])
    ] = None
    slack_app_token: Annotated[
        SecretStr | None, BeforeValidator(_token("xapp-")), Field(examples=["xapp-1-A0123-4567-abcdef"])
    ] = None
    slack_signing_secret: Annotated[
        SecretStr | None,
        BeforeValidator(_secret("signing secret")),
        Field(examples=["0123456789abcdef0123456789abcdef"]),
    ] = None
    slack_client_id: Annotated[str | None, BeforeValidator(_client_id), Field(examples=["1234567890.1234567890"])] = (
        None
    )
    slack_client_secret: Annotated[
        SecretStr | None,
        BeforeValidator(_secret("client secret")),
        Field(examples=["0123456789abcdef0123456789abcdef"]),
    ] = None
    token_keys: Annotated[
        SecretStr | None,
        BeforeValidator(_keys),
        Field(examples=["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]),
    ] = None
    slack_api_url: Annotated[str, BeforeValidator(_api_url), Field(examples=["https://slack.com/api/"])] = (
        "https://slack.com/api/"
    )
    # It may hold a password, so it is not shown.
    database_url: Annotated[
        str,
        BeforeValidator(_database),
        Field(repr=False, examples=["sqlite:///limber.db", "postgresql://limber:password@localhost:5432/limber"]),
    ] = "sqlite:///limber.db"
    host: Annotated[str, BeforeValidator(_host), Field(examples=["127.0.0.1"])] = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_port), Field(examples=["3000"])] = 3000
    public_url: Annotated[
        str | None, BeforeValidator(read_public_url), Field(examples=["https://limber.example.com"])
    ] = None
    routines_folder: Annotated[Path | None, Field(examples=["our-routines"])] = None
    retention_days: Annotated[int, BeforeValidator(_retention_days), Field(examples=["400"])] = 400
    log_level: Annotated[LogLevel, BeforeValidator(_log_level), Field(examples=["INFO"])] = "INFO"

    @property
    def uses_oauth(self) -> bool:
        """Tell whether workspaces install the app themselves; a bot token in the settings stands for one workspace."""
        return self.slack_bot_token is None and self.slack_client_id is not None

    @property
    def mode(self) -> Mode | None:
        """How the app reaches Slack, or None as long as something is missing; `mode_reason` says why."""
        if self.uses_oauth:
            return None if self.missing_for_oauth else "http"
        if self.slack_bot_token is None:
            return None
        if self.slack_app_token is not None:
            return "socket"
        return "http" if self.slack_signing_secret is not None else None

    @property
    def missing_for_oauth(self) -> tuple[str, ...]:
        """Name the settings without which workspaces cannot install the app themselves."""
        needed = ("slack_client_secret", "slack_signing_secret", "public_url", "token_keys")
        return tuple(name.upper() for name in needed if getattr(self, name) is None)

    @property
    def mode_reason(self) -> str:
        """Why `mode` is what it is, in a sentence."""
        if self.uses_oauth:
            return _oauth_reason(self.missing_for_oauth)
        if self.mode == "socket":
            return "Socket Mode, because SLACK_APP_TOKEN is set."
        if self.mode == "http":
            return "HTTP mode, because SLACK_SIGNING_SECRET is set and SLACK_APP_TOKEN is not."
        if self.slack_bot_token is None:
            return "SLACK_BOT_TOKEN is not set. Write it into .env; .env.example shows how, and `limber setup` does it."
        return "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode."


def _oauth_reason(missing: tuple[str, ...]) -> str:
    if not missing:
        return "HTTP mode for any workspace, because SLACK_CLIENT_ID is set and SLACK_BOT_TOKEN is not."
    cure = " Make keys with: limber tokens key." if "TOKEN_KEYS" in missing else ""
    return f"Workspaces can install Limber once {', '.join(missing)} is set too; SLACK_CLIENT_ID is.{cure}"


class _FromEnvironment(BaseSettings, Settings):
    # An empty line in .env means "not set"; lines of other programs are none of our business.
    model_config = SettingsConfigDict(env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore")


def load_settings(env_file: str | Path | None = ".env") -> Settings:
    """Read the environment and the file, the environment first; raises SettingsError."""
    try:
        found = _FromEnvironment(_env_file=env_file)  # type: ignore[call-arg]  # an argument that its types hide
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise SettingsError(
            [_explain(str(each["loc"][0]), each.get("ctx", {}), each["msg"]) for each in details]
        ) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError([f"{env_file}: cannot be read. Save it as UTF-8 text, as in .env.example."]) from None
    values = {name: getattr(found, name) for name in Settings.model_fields}
    return Settings(**values | {name: token for name, token in _slack_cli_tokens() if values[name] is None})


def _slack_cli_tokens() -> list[tuple[str, SecretStr]]:
    """Read the tokens that Slack's command line gives what it starts (`slack run`)."""
    names = {"slack_bot_token": "SLACK_CLI_XOXB", "slack_app_token": "SLACK_CLI_XAPP"}
    return [(name, SecretStr(os.environ[given])) for name, given in names.items() if os.environ.get(given)]


@contextmanager
def hidden_from_libraries() -> Iterator[None]:
    """Keep what we are told by the environment from a library that would look there, and act on it, by itself."""
    ours = {name: os.environ.pop(name) for name in map(str.upper, Settings.model_fields) if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(ours)


def write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Write settings into a .env file that only its owner can read; all other lines stay. Raises OSError."""
    path.touch(mode=0o600)
    path.chmod(0o600)  # it may have been there
    for name, value in values.items():
        set_key(path, name, value, quote_mode="never")
    path.chmod(0o600)


def _explain(field: str, context: dict[str, Any], message: str) -> str:
    name, examples = field.upper(), Settings.model_fields[field].examples or [""]
    return f"{name}: {context.get('error', message)}. Example: {name}={examples[0]}"


def has_desktop() -> bool:
    """Tell whether a browser can open a window here; on a bare terminal it would take the terminal over."""
    return sys.platform in {"darwin", "win32"} or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def ignore_proxies() -> None:
    """Have Slack's SDK go straight to a Slack on this machine, where no proxy leads: it knows no exceptions."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        os.environ.pop(name, None)

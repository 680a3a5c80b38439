"""The app as Slack knows it: what its manifest grants and announces."""

import re
from dataclasses import dataclass

from playground.entities import Json, Person


@dataclass(frozen=True)
class App:
    """Identity, scopes, subscriptions and slash commands, read from a manifest."""

    id: str
    user_id: str
    bot_id: str
    name: str
    scopes: tuple[str, ...]
    bot_events: frozenset[str]
    commands: tuple[Json, ...]
    optional_scopes: frozenset[str] = frozenset()
    redirect_urls: tuple[str, ...] = ()

    def person(self) -> Person:
        """Give the app's own user."""
        return Person(self.user_id, self.name.lower(), self.name, color="#5a5f66", is_bot=True)

    def answers_to(self, word: str) -> bool:
        """Tell whether a word is a mention of the app, as typed or as Slack writes it."""
        return word.lower() in {f"@{self.name.lower()}", f"<@{self.user_id.lower()}>"}


def read_manifest(manifest: Json) -> App:
    """Read the parts of an app manifest that Slack acts on."""
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    name = features.get("bot_user", {}).get("display_name") or manifest["display_information"]["name"]
    stem = "0" + re.sub(r"[^A-Z0-9]", "", name.upper())
    oauth = manifest.get("oauth_config", {})
    scopes = oauth.get("scopes", {})
    return App(
        id="A" + stem,
        user_id="U" + stem,
        bot_id="B" + stem,
        name=name,
        scopes=tuple(scopes.get("bot", ())),
        optional_scopes=frozenset(scopes.get("bot_optional", ())),
        redirect_urls=tuple(oauth.get("redirect_urls", ())),
        bot_events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands=tuple(features.get("slash_commands", ())),
    )

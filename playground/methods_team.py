"""The methods about the workspace, its people and the app itself: `auth.*`, `users.*`, `team.*`, `bots.*`."""

from playground import shapes
from playground.arguments import Arguments
from playground.blocks_check import checked_blocks
from playground.entities import Json
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.method import Method
from playground.pages import page_of


def _auth_test(slack: LocalSlack, _: Arguments) -> Json:
    return {
        "ok": True,
        "url": slack.base_url,
        "team": slack.settings.team_name,
        "user": slack.app.name.lower(),
        "team_id": slack.settings.team_id,
        "user_id": slack.app.user_id,
        "bot_id": slack.app.bot_id,
        "is_enterprise_install": False,
    }


def _users_info(slack: LocalSlack, arguments: Arguments) -> Json:
    person = slack.workspace.people.get(arguments.required("user", "user_not_found"))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": _user(slack, person.id, arguments)}


def _users_list(slack: LocalSlack, arguments: Arguments) -> Json:
    piece, metadata = page_of(list(slack.workspace.people), arguments)
    members = [_user(slack, user, arguments) for user in piece]
    return {"ok": True, "members": members, "cache_ts": 0, "response_metadata": metadata}


def _user(slack: LocalSlack, user: str, arguments: Arguments) -> Json:
    shown = shapes.user_object(slack, slack.workspace.people[user])
    if not arguments.flag("include_locale"):
        del shown["locale"]
    return shown


def _team_info(slack: LocalSlack, _: Arguments) -> Json:
    team = {
        "id": slack.settings.team_id,
        "name": slack.settings.team_name,
        "domain": shapes.domain(slack),
        "url": slack.base_url,
        "email_domain": "",
        "icon": {"image_default": True},
    }
    return {"ok": True, "team": team}


def _bots_info(slack: LocalSlack, arguments: Arguments) -> Json:
    if arguments.text("bot", slack.app.bot_id) != slack.app.bot_id:
        raise SlackError("bot_not_found")
    bot = {
        "id": slack.app.bot_id,
        "deleted": False,
        "name": slack.app.name,
        "updated": 0,
        "app_id": slack.app.id,
        "user_id": slack.app.user_id,
        "icons": {},
    }
    return {"ok": True, "bot": bot}


def _blocks_validate(slack: LocalSlack, arguments: Arguments) -> Json:
    checked_blocks(slack, arguments.structure("blocks", "invalid_blocks_format"))
    return {"ok": True}


METHODS = {
    "auth.test": Method(_auth_test),
    "users.info": Method(_users_info, "users:read"),
    "users.list": Method(_users_list, "users:read"),
    "team.info": Method(_team_info, "team:read"),
    "bots.info": Method(_bots_info, "users:read"),
    "blocks.validate": Method(_blocks_validate),
}

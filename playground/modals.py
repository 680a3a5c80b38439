"""A person's stack of modals: opening, pushing, replacing and closing views."""

import copy
import secrets

from playground.elements import elements
from playground.entities import Json, View
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.workspace import new_id

_DEEPEST = 3


def open_view(slack: LocalSlack, user: str, content: Json, channel: str | None = None) -> View:
    """Show a modal as the only one; the channel fills in menus that start with the current conversation."""
    close_all(slack, user)
    return _show(slack, user, _with_current_conversation(content, channel), None)


def push_view(slack: LocalSlack, user: str, content: Json) -> View:
    """Show a modal on top of the ones that are open."""
    stack = slack.workspace.stack(user)
    if not stack:
        raise SlackError("view_not_found")
    if len(stack) >= _DEEPEST:
        raise SlackError("push_limit_reached")
    return _show(slack, user, content, stack[-1])


def replace_view(slack: LocalSlack, view: View, content: Json) -> View:
    """Give a view new content; what was entered stays where block_id and action_id stay."""
    view.content = content
    kept = {(block_id, element["action_id"]) for block_id, element in elements(content["blocks"])}
    view.chosen = {
        block_id: {action_id: held for action_id, held in actions.items() if (block_id, action_id) in kept}
        for block_id, actions in view.chosen.items()
    }
    view.hash = _new_hash(slack)
    slack.workspace.save(view)
    return view


def publish_home(slack: LocalSlack, user: str, content: Json) -> View:
    """Show something on a person's Home tab."""
    home = slack.workspace.home(user)
    if home is not None:
        return replace_view(slack, home, content)
    view_id = new_id("V")
    home = View(view_id, "home", user, content, _new_hash(slack), root_view_id=view_id)
    slack.workspace.save(home)
    return home


def close_top(slack: LocalSlack, user: str) -> None:
    """Close the modal on top."""
    for view in slack.workspace.stack(user)[-1:]:
        slack.workspace.remove(view)


def close_all(slack: LocalSlack, user: str) -> None:
    """Close a person's modals."""
    for view in slack.workspace.stack(user):
        slack.workspace.remove(view)


def _show(slack: LocalSlack, user: str, content: Json, below: View | None) -> View:
    view_id = new_id("V")
    view = View(
        id=view_id,
        type="modal",
        user=user,
        content=content,
        hash=_new_hash(slack),
        root_view_id=below.root_view_id if below else view_id,
        previous_view_id=below.id if below else None,
    )
    slack.workspace.save(view)
    return view


def _new_hash(slack: LocalSlack) -> str:
    return f"{int(slack.clock.now().timestamp())}.{secrets.token_urlsafe(6)}"


def _with_current_conversation(content: Json, channel: str | None) -> Json:
    if channel is None:
        return content
    content = copy.deepcopy(content)
    for _, element in elements(content["blocks"]):
        if element.get("default_to_current_conversation"):
            element.setdefault("initial_conversation", channel)
    return content

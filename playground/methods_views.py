"""The methods of `views.*`."""

from playground import modals
from playground.arguments import Arguments
from playground.blocks_check import checked_view
from playground.elements import state_values
from playground.entities import Json, View
from playground.errors import SlackError
from playground.local_slack import LocalSlack
from playground.method import Method
from playground.shapes import view_object


def _open(slack: LocalSlack, arguments: Arguments) -> Json:
    # The view is looked at first: one that Slack refuses does not cost the app its trigger.
    content = checked_view(slack, arguments.structure("view", "invalid_arguments"))
    trigger = slack.triggers.exchange(_trigger_id(arguments))
    return _answer(slack, modals.open_view(slack, trigger.user, content, trigger.channel))


def _push(slack: LocalSlack, arguments: Arguments) -> Json:
    content = checked_view(slack, arguments.structure("view", "invalid_arguments"))
    trigger = slack.triggers.exchange(_trigger_id(arguments))
    return _answer(slack, modals.push_view(slack, trigger.user, content))


def _update(slack: LocalSlack, arguments: Arguments) -> Json:
    view = _find(slack, arguments)
    content = checked_view(slack, arguments.structure("view", "invalid_arguments"), home=view.type == "home")
    _need_hash(view, arguments)
    return _answer(slack, modals.replace_view(slack, view, content))


def _publish(slack: LocalSlack, arguments: Arguments) -> Json:
    user = arguments.required("user_id")
    if user not in slack.workspace.people:
        raise SlackError("user_not_found")
    content = checked_view(slack, arguments.structure("view", "invalid_arguments"), home=True)
    home = slack.workspace.home(user)
    if home is not None:
        _need_hash(home, arguments)
    return _answer(slack, modals.publish_home(slack, user, content))


def _trigger_id(arguments: Arguments) -> str:
    return arguments.text("trigger_id") or arguments.required("interactivity_pointer")


def _find(slack: LocalSlack, arguments: Arguments) -> View:
    view = slack.workspace.views.get(arguments.text("view_id"))
    external_id = arguments.text("external_id")
    if view is None and external_id:
        views = slack.workspace.views.values()
        view = next((v for v in views if v.content.get("external_id") == external_id), None)
    if view is None:
        raise SlackError("not_found")
    return view


def _need_hash(view: View, arguments: Arguments) -> None:
    if arguments.text("hash") not in ("", view.hash):
        raise SlackError("hash_conflict")


def _answer(slack: LocalSlack, view: View) -> Json:
    values = state_values(view.content["blocks"], view.chosen)
    return {"ok": True, "view": view_object(slack, view, values)}


METHODS = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}

"""What an app answers a submitted modal with: `response_action` errors, update, push or clear."""

from typing import Any

from playground import modals
from playground.blocks_check import checked_view
from playground.entities import Json, View
from playground.errors import RefusedActionError, SlackError
from playground.local_slack import LocalSlack


def apply_submission_answer(slack: LocalSlack, view: View, body: Any) -> None:
    """Do what the app answered; an empty answer closes the modal. Raises `field_errors`."""
    answer = body if isinstance(body, dict) else {}
    kind = answer.get("response_action")
    if kind == "errors":
        raise _field_errors(view, answer)
    if kind is None:
        if slack.workspace.views.get(view.id) is view:
            slack.workspace.remove(view)
    elif kind == "clear":
        modals.close_all(slack, view.user)
    elif kind in ("push", "update"):
        _show(slack, view, kind, answer)
    else:
        sentence = f"{slack.app.name} answered with an unknown response_action: {kind}."
        raise RefusedActionError("invalid_answer", sentence)


def _show(slack: LocalSlack, view: View, kind: str, answer: Json) -> None:
    try:
        content = checked_view(slack, answer.get("view"))
        if kind == "push":
            modals.push_view(slack, view.user, content)
        else:
            modals.replace_view(slack, view, content)
    except SlackError as error:
        sentence = f"{slack.app.name} answered with something Slack refuses: {error.error}."
        raise RefusedActionError("invalid_answer", sentence, **error.details) from error


def _field_errors(view: View, answer: Json) -> RefusedActionError:
    inputs = {block["block_id"] for block in view.content["blocks"] if block.get("type") == "input"}
    errors = answer.get("errors", {})
    if not errors or not errors.keys() <= inputs:
        sentence = "The app complained about fields that the form does not have."
        return RefusedActionError("invalid_answer", sentence, errors=errors)
    return RefusedActionError("field_errors", "Some fields need another look.", errors=errors)

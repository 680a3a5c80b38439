"""Files that people put into forms: kept like any other file, and shown to the app with their addresses."""

import base64
from typing import Any

from playground import shapes
from playground.elements import elements
from playground.entities import File, Json, View
from playground.local_slack import LocalSlack
from playground.workspace import new_id


def with_files(slack: LocalSlack, user: str, view: View, given: Json) -> Json:
    """Give what was entered with the files in it uploaded: each comes as {"name", "content"}, content as base64."""
    inputs = {
        (block, element["action_id"]) for block, element in elements(view.content["blocks"]) if _is_input(element)
    }
    return {
        block_id: {
            action_id: [_uploaded(slack, user, each) for each in value or []]
            if (block_id, action_id) in inputs
            else value
            for action_id, value in actions.items()
        }
        for block_id, actions in given.items()
    }


def _is_input(element: Json) -> bool:
    return bool(element["type"] == "file_input")


def _uploaded(slack: LocalSlack, user: str, entry: Any) -> Json:
    if "id" in entry:  # the form still holds it from before
        return dict(entry)
    name, content = str(entry["name"]), str(entry["content"])
    file = File(new_id("F"), name, name, user, int(slack.clock.now().timestamp()), content, completed=True)
    file.size = len(base64.b64decode(content))
    slack.workspace.save(file)
    return shapes.file_object(slack, file)

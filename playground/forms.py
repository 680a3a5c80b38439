"""Filled-in modals: what their inputs hold, and what a Slack client would not let anybody submit."""

from collections.abc import Iterator
from typing import Any

from playground.elements import UnknownOptionError, elements, entered, state_values, value_key
from playground.entities import Json, View
from playground.errors import nowhere

_REQUIRED = "Please complete this required field."


def form_values(view: View, given: Json) -> Json:
    """Give `state.values` of a form: what was entered just now, else earlier, else what it began with."""
    values = state_values(view.content["blocks"], view.chosen)
    for block_id, actions in entered_values(view, given).items():
        values[block_id].update(actions)
    return values


def entered_values(view: View, given: Json) -> Json:
    """Give what was entered just now, shaped as `state.values`; refuses fields the form does not have."""
    fields = state_values(view.content["blocks"], {})
    found = {(block, element["action_id"]): element for block, element in elements(view.content["blocks"])}
    values: Json = {}
    for block_id, actions in given.items():
        for action_id, value in actions.items():
            if action_id not in fields.get(block_id, {}):
                raise nowhere(f"The form has no field {block_id}/{action_id}.")
            values.setdefault(block_id, {})[action_id] = _entered(found[block_id, action_id], value)
    return values


def form_errors(view: View, values: Json) -> dict[str, str]:
    """Give a sentence for each field that Slack itself would complain about, by block_id."""
    return {
        block["block_id"]: problem
        for block in view.content["blocks"]
        if block.get("type") == "input"
        for problem in _problems(block, values[block["block_id"]][block["element"]["action_id"]])
    }


def _entered(element: Json, value: Any) -> Json:
    try:
        return entered(element, value)
    except (UnknownOptionError, ValueError) as error:
        raise nowhere(f"The menu does not offer {value!r}.") from error


def _problems(block: Json, held: Json) -> Iterator[str]:
    element = block["element"]
    value = held.get(value_key(element))
    if value in (None, "", []):
        if not block.get("optional"):
            yield _REQUIRED
        return
    if element["type"] == "number_input":
        yield from _number_problems(element, value)
    elif isinstance(value, str):
        yield from _length_problems(element, value)


def _number_problems(element: Json, value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield "Please enter a number."
        return
    if not element.get("is_decimal_allowed") and number != int(number):
        yield "Please enter a whole number."
    if number < float(element.get("min_value", number)):
        yield f"Must be at least {element['min_value']}."
    if number > float(element.get("max_value", number)):
        yield f"Must be at most {element['max_value']}."


def _length_problems(element: Json, value: str) -> Iterator[str]:
    if len(value) < element.get("min_length", 0):
        yield f"Must be at least {element['min_length']} characters."
    if len(value) > element.get("max_length", len(value)):
        yield f"Must be at most {element['max_length']} characters."

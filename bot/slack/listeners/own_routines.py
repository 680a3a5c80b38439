"""`/stretch routines`: a workspace's own routines, which its admins add, change and remove."""

from dataclasses import dataclass
from typing import Any

from bot.domain.errors import NotAnAdmin, RoutineGone, RoutineWrong, TooManyRoutines
from bot.services import own_routines
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply, carried
from bot.slack.payloads import Command, Press, Submission
from bot.slack.views import errors
from bot.slack.views import own_routines as views
from bot.slack.views.parts import Block
from bot.slack.views.schedules import field_errors, notice
from routines.catalogue import EXAMPLE
from routines.reading import LARGEST_BYTES

_NO_FILE = "I could not read this file just now. Please try again, or paste its text below."
_NOTHING = "Paste a routine here, or choose a file above."
_BOTH = "There is a file and a text. Please leave one of them."


async def command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch routines`."""
    return Reply(open_view=await _modal(deps, command.caller))


async def show(deps: Dependencies, press: Press) -> Reply:
    """Open the own routines from Home."""
    return Reply(open_view=await _modal(deps, press.caller))


async def _modal(deps: Dependencies, caller: Caller, filled: list[str] | None = None, of: str = "") -> Block:
    listed = await own_routines.list_own(deps.open_unit_of_work, deps.catalogue, caller.team_id)
    may_change = await deps.is_admin(caller)
    may_upload = may_change and await deps.files.may_be_read(caller.team_id)
    return views.manage(listed, may_change=may_change, may_upload=may_upload, filled=filled or [""], of=of)


async def change(deps: Dependencies, press: Press) -> Reply:
    """Fill the form with one of the routines."""
    listed = await own_routines.list_own(deps.open_unit_of_work, deps.catalogue, press.caller.team_id)
    toml = next((each.own.toml for each in listed if each.own.routine_id == press.value), None)
    if toml is None:
        raise RoutineGone
    return Reply(change_view=await _modal(deps, press.caller, views.in_fields(toml), press.value))


async def example(deps: Dependencies, press: Press) -> Reply:
    """Fill the form with a routine to change into one's own."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return Reply(change_view=await _modal(deps, press.caller, views.in_fields(text), "example"))


async def more_room(deps: Dependencies, press: Press) -> Reply:
    """Add a field; what is in the others stays."""
    carry = carried(press.view)
    filled = _entered(carry, press.view.entered if press.view else {})
    return Reply(change_view=await _modal(deps, press.caller, [*filled.values(), ""], carry.get("of", "")))


async def remove(deps: Dependencies, press: Press) -> Reply:
    """Remove one of the routines."""
    await _check_admin(deps, press.caller)
    await own_routines.remove(deps.open_unit_of_work, deps.catalogue, press.caller.team_id, press.value, deps.clock())
    return Reply(change_view=await _modal(deps, press.caller))


async def _check_admin(deps: Dependencies, caller: Caller) -> None:
    if not await deps.is_admin(caller):
        raise NotAnAdmin


@dataclass(frozen=True, slots=True)
class _Given:
    """What was handed in: its bytes, and the texts of the blocks it came in."""

    raw: bytes
    fields: dict[str, str]


async def submit(deps: Dependencies, submission: Submission) -> Any:
    """Take the routine that was pasted or uploaded; what is wrong is told under its field, and nothing is lost."""
    await _check_admin(deps, submission.caller)
    given = await _given(deps, submission)
    if isinstance(given, dict):
        return field_errors(given)
    member = await deps.member(submission.caller)
    try:
        accepted = await own_routines.accept(
            deps.open_unit_of_work,
            deps.catalogue,
            submission.caller.team_id,
            given.raw,
            member=member,
            now=deps.clock(),
        )
    except RoutineWrong as refused:
        return field_errors(views.wrong(refused.problems, given.fields))
    except TooManyRoutines as refused:
        return field_errors({next(iter(given.fields)): errors.refusal(refused).text})
    said = views.accepted(accepted.routine.title, accepted.routine.id, replaces=accepted.replaces)
    return {"response_action": "update", "view": notice(said, "Own routines")}


async def _given(deps: Dependencies, submission: Submission) -> _Given | dict[str, str]:
    """Read what was handed in, or say under which block something else is asked for."""
    entered = submission.view.entered
    fields = _entered(carried(submission.view), entered)
    first, text = next(iter(fields)), "\n".join(fields.values())
    files = entered.get(views.FILE) or []
    if files and text.strip():
        return {first: _BOTH}
    if files:
        raw = await deps.files.read(submission.caller.team_id, files[0], LARGEST_BYTES)
        return {views.FILE: _NO_FILE} if raw is None else _Given(raw, {views.FILE: ""})
    return _Given(text.encode(), fields) if text.strip() else {first: _NOTHING}


def _entered(carry: dict[str, Any], entered: Any) -> dict[str, str]:
    blocks = [views.field_id(number, carry.get("of", "")) for number in range(carry.get("fields", 1))]
    return {block_id: entered.get(block_id) or "" for block_id in blocks}

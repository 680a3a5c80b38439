"""`/stretch away` and `back`, the question after a gap, and own working weekdays."""

from datetime import date
from typing import Any

from bot.domain.aways import parse_away
from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput
from bot.domain.instants import local_date_of
from bot.services import aways, members, streaks
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply, in_person
from bot.slack.payloads import Command, Malformed, Press, Submission, number
from bot.slack.views import aways as views
from bot.slack.views.parts import Message
from bot.slack.views.schedules import field_errors, notice


async def away_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch away [24 Dec to 2 Jan · 2w · from Monday]`."""
    return Reply(say=await _go_away(deps, command.caller, " ".join(command.words[1:])), changes_home=True)


async def _go_away(deps: Dependencies, caller: Caller, text: str) -> Message:
    member = await deps.member(caller)
    now = deps.clock()
    dates = parse_away(text, local_date_of(now, member.zone))
    went = await aways.go_away(deps.open_unit_of_work, deps.catalogue, member, dates, now)
    return views.went_away(dates, went.away.id, went.today)


async def is_away(deps: Dependencies, caller: Caller) -> bool:
    """Tell whether the person who acts is away today."""
    return await aways.is_away(deps.open_unit_of_work, await deps.member(caller), deps.clock())


async def back(deps: Dependencies, press: Press) -> Reply:
    """End somebody's away days."""
    return in_person(await _come_back(deps, press.caller), press)


async def back_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch back` of somebody who is away."""
    return Reply(say=await _come_back(deps, command.caller), changes_home=True)


async def _come_back(deps: Dependencies, caller: Caller) -> Message:
    member = await deps.member(caller)
    now = deps.clock()
    left = await aways.come_back(deps.open_unit_of_work, deps.catalogue, member, now)
    return views.came_back(left, local_date_of(now, member.zone))


async def cancel(deps: Dependencies, press: Press) -> Reply:
    """Take back away days that were entered by mistake."""
    member = await deps.member(press.caller)
    was_there = await aways.cancel(deps.open_unit_of_work, deps.catalogue, member, press.number, deps.clock())
    return in_person(views.cancelled(was_there=was_there), press)


def _gap(value: str) -> tuple[int, Dates]:
    """Read which days to leave out, and after which break that was asked."""
    try:
        break_id, first, last = value.split("|")
        dates = Dates(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise Malformed("a gap") from None
    return number(break_id), dates


async def leave_out(deps: Dependencies, press: Press) -> Reply:
    """Make the days of a gap away days."""
    break_id, dates = _gap(press.value)
    member, now = await deps.member(press.caller), deps.clock()
    await aways.go_away(deps.open_unit_of_work, deps.catalogue, member, dates, now)
    progress = await streaks.progress_at(deps.open_unit_of_work, break_id, member, now)
    said = views.left_out(dates, progress.streak, local_date_of(now, member.zone))
    return in_person(said, press)


async def carry_on(deps: Dependencies, press: Press) -> Reply:
    """Leave the days of a gap as they are."""
    member = await deps.member(press.caller)
    progress = await streaks.progress_at(deps.open_unit_of_work, press.number, member, deps.clock())
    return in_person(views.carried_on(progress.streak), press)


async def add(deps: Dependencies, press: Press) -> Reply:  # noqa: ARG001  # every listener is called alike
    """Open the modal for away days."""
    return Reply(open_view=views.away_modal())


async def weekdays(deps: Dependencies, press: Press) -> Reply:
    """Open the modal for working weekdays."""
    return Reply(open_view=views.weekdays_modal((await deps.member(press.caller)).weekdays))


async def submit_away(deps: Dependencies, submission: Submission) -> Any:
    """Keep the away days that were entered."""
    try:
        said = await _go_away(deps, submission.caller, submission.view.text("away"))
    except InvalidInput as wrong:
        return field_errors({"away": wrong.sentence})
    return {"response_action": "update", "view": notice(said.blocks[0]["text"]["text"], "Away days")}


async def submit_weekdays(deps: Dependencies, submission: Submission) -> Any:
    """Keep the working weekdays that were chosen."""
    chosen = [number(day) for day in submission.view.choices("weekdays")]
    member = await deps.member(submission.caller)
    try:
        await aways.set_weekdays(deps.open_unit_of_work, member, chosen, deps.clock())
    except InvalidInput as wrong:
        return field_errors({"weekdays": wrong.sentence})
    known = await members.get(deps.open_unit_of_work, member.id)
    return {"response_action": "update", "view": notice(views.weekdays_saved(known.weekdays), "My days")}

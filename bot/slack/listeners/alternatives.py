"""The menu of a prompt: another exercise, seated or without equipment, a reminder, a day off, the move in motion."""

from bot.domain.breaks import Prompt
from bot.domain.errors import BreakUnknown
from bot.services import aways, breaks, reminders
from bot.services.breaks import Sight
from bot.slack import guiding
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.payloads import Press, number
from bot.slack.views import alternatives as views
from bot.slack.views import aways as away_views
from bot.slack.views import reminders as reminder_views
from bot.slack.views.parts import Message
from routines.model import Exercise


async def menu(deps: Dependencies, press: Press) -> Reply:
    """Do what was chosen in a prompt's menu."""
    chosen, _, break_id = press.value.partition(":")
    if chosen == "remind":
        return await _remind(deps, press, number(break_id))
    if chosen == "off":
        return await _off(deps, press, number(break_id))
    prompt = await breaks.find_prompt(deps.open_unit_of_work, deps.catalogue, number(break_id))
    if chosen == "seated":
        return Reply(say=views.seated(prompt.exercise, prompt.break_.id))
    if chosen == "moving":
        return Reply(say=_shown(deps, press, prompt, prompt.exercise))
    return Reply(say=_shown(deps, press, prompt, prompt.routine.after(prompt.exercise.id), another=True))


async def another(deps: Dependencies, press: Press) -> Reply:
    """Show the exercise after the one that is shown instead."""
    prompt, shown = await _pair(deps, press)
    following = prompt.routine.after(shown.id)
    return Reply(say=_shown(deps, press, prompt, following, another=True), replaces=press.is_ephemeral)


async def guide(deps: Dependencies, press: Press) -> Reply:
    """Open the guide through an exercise that is done instead; it counts for the break."""
    prompt, shown = await _pair(deps, press)
    routine = (await deps.offered(press.caller)).routine_of(shown.id).only(shown)
    return await guiding.open_guide(deps, press.caller, routine, press.channel_slack_id or "", prompt.break_.id)


async def _pair(deps: Dependencies, press: Press) -> tuple[Prompt, Exercise]:
    break_id, _, exercise_id = press.value.partition("|")
    prompt = await breaks.find_prompt(deps.open_unit_of_work, deps.catalogue, number(break_id))
    try:
        return prompt, (await deps.offered(press.caller)).exercise(exercise_id)
    except KeyError:
        raise BreakUnknown from None


def _shown(deps: Dependencies, press: Press, prompt: Prompt, shown: Exercise, *, another: bool = False) -> Message:
    picture = deps.pictures.find(press.caller.team_id, shown.picture, moving=True)  # it was asked to move
    return views.exercise(shown, prompt.break_.id, picture, another=another)


async def _off(deps: Dependencies, press: Press, break_id: int) -> Reply:
    member = await deps.member(press.caller)
    went = await aways.go_off(
        deps.open_unit_of_work, deps.catalogue, Sight(break_id, press.seen_ts), member, deps.clock()
    )
    return Reply(say=away_views.off(went.away.dates, went.away.id, went.today))


async def _remind(deps: Dependencies, press: Press, break_id: int) -> Reply:
    member = await deps.member(press.caller)
    asked = await reminders.remind(deps.open_unit_of_work, Sight(break_id, press.seen_ts), member, deps.clock())
    return Reply(say=reminder_views.asked(asked.due_at, member.zone, is_new=asked.is_new, is_done=asked.is_done))

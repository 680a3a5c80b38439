"""Done, Undo, reactions, and whether one's name may stand on a board."""

from bot.domain.breaks import Support, reaction_support
from bot.domain.errors import BreakClosed
from bot.domain.workspaces import MemberKind
from bot.services import boards, breaks, reactions
from bot.services.breaks import Place, Sight
from bot.slack.dispatch import Dependencies, Reply, in_person
from bot.slack.event_payloads import Reaction
from bot.slack.payloads import Press, channel_id
from bot.slack.views import breaks as views
from bot.slack.views import errors


async def done(deps: Dependencies, press: Press) -> Reply:
    """Count a press of Done."""
    return await _press(deps, press, on=True)


async def undo(deps: Dependencies, press: Press) -> Reply:
    """Take everything back."""
    return await _press(deps, press, on=False)


async def _press(deps: Dependencies, press: Press, *, on: bool) -> Reply:
    sight = Sight(press.number, press.seen_ts)
    units, when = deps.open_unit_of_work, {"event_at": press.event_at, "now": deps.clock()}
    answer = await breaks.press_done_as(units, sight, press.caller, on=on, **when)
    if answer is None:
        answer = await breaks.press_done(units, sight, await deps.member(press.caller), on=on, **when)
    return in_person(views.answer(answer), press)


async def reaction(deps: Dependencies, reacted: Reaction) -> Reply:
    """Count a reaction, the quiet way: answered only at a first, a milestone, a reserve day used, or when too late."""
    kind = reaction_support(reacted.name)
    support = Support(kind, is_on=reacted.is_on, event_at=reacted.event_at)
    place = Place(reacted.caller.team_id, reacted.channel_slack_id, reacted.message_ts)
    if not await reactions.concerns_us(deps.open_unit_of_work, place, reacted.caller.slack_id, support):
        return Reply()
    facts = await deps.directory.person(reacted.caller.team_id, reacted.caller.slack_id)
    if facts is not None and facts.kind is MemberKind.BOT:
        return Reply()
    member = await deps.member(reacted.caller)
    if await reactions.keep_early(deps.open_unit_of_work, place, member, support):
        return Reply()
    try:
        answer = await breaks.react(deps.open_unit_of_work, place, member, support, now=deps.clock())
    except BreakClosed as refused:
        return Reply(say=errors.refusal(refused)) if reacted.is_on else Reply()
    return Reply(say=views.answer(answer)) if answer is not None and answer.is_notable else Reply()


async def show_name(deps: Dependencies, press: Press) -> Reply:
    """Put a person's name on a channel's board."""
    return await _consent(deps, press, is_named=True)


async def hide_name(deps: Dependencies, press: Press) -> Reply:
    """Keep a person's name off a channel's board."""
    return await _consent(deps, press, is_named=False)


async def _consent(deps: Dependencies, press: Press, *, is_named: bool) -> Reply:
    place = channel_id(press.value)
    member = await deps.member(press.caller)
    await boards.set_consent(
        deps.open_unit_of_work, press.caller.team_id, place, member, is_named=is_named, now=deps.clock()
    )
    return in_person(views.consent(place, is_named=is_named), press)

"""*Longer*, *The same* and *Shorter*, at the end of a private run."""

from bot.domain.doses import Change
from bot.services import doses
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.ids import Action
from bot.slack.payloads import Press, number
from bot.slack.views import doses as views

_CHANGES = {
    Action.DOSE_LONGER: Change.LONGER,
    Action.DOSE_SAME: Change.SAME,
    Action.DOSE_SHORTER: Change.SHORTER,
}


async def change(deps: Dependencies, press: Press) -> Reply:
    """Change somebody's own dose for the next time."""
    exercise_id, _, shown = press.value.partition("|")
    now_at = await doses.change_dose(
        deps.open_unit_of_work,
        await deps.offered(press.caller),
        exercise_id,
        _CHANGES[Action(press.action_id)],
        await deps.member(press.caller),
        shown=number(shown),
        now=deps.clock(),
    )
    if press.view is not None and press.view.type == "home":
        return Reply(refresh_home=True)
    if press.view is not None:
        return Reply(change_view=views.chosen_modal(now_at))
    return Reply(say=views.chosen(now_at), replaces=True)

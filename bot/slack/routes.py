"""What answers what: the tables of buttons, words and modals."""

from bot.slack import payloads
from bot.slack.dispatch import Dependencies, OnCommand, OnPress, OnSubmission, Reply
from bot.slack.ids import Action, View, Word
from bot.slack.listeners import (
    alternatives,
    aways,
    boards,
    breaks,
    doses,
    greetings,
    guides,
    home,
    keepers,
    own_routines,
    pauses,
    privacy,
    routines,
    runs,
    schedules,
)

PRESSES: dict[str, OnPress] = {
    Action.BREAK_DONE: breaks.done,
    Action.BREAK_UNDO: breaks.undo,
    Action.BREAK_GUIDE: guides.of_break,
    Action.BREAK_TOGETHER: runs.together,
    Action.BREAK_MENU: alternatives.menu,
    Action.BREAK_ANOTHER: alternatives.another,
    Action.BREAK_GUIDE_OTHER: alternatives.guide,
    Action.RUN_JOIN: runs.verb,
    Action.RUN_START: runs.verb,
    Action.RUN_DECLINE: runs.verb,
    Action.RUN_PAUSE: runs.verb,
    Action.RUN_RESUME: runs.verb,
    Action.RUN_LEAVE: runs.verb,
    Action.RUN_MENU: runs.menu,
    Action.RUN_PRIVATELY: guides.of_routine,
    Action.ROUTINE_SHOW: routines.show,
    Action.ROUTINE_TOGETHER: routines.together,
    Action.ROUTINE_GUIDE: guides.of_routine,
    Action.GUIDE_NEXT: guides.turn_page,
    Action.GUIDE_BACK: guides.turn_page,
    Action.GUIDE_STOP: guides.turn_page,
    Action.GUIDE_FINISH: guides.finish_here,
    Action.DOSE_LONGER: doses.change,
    Action.DOSE_SAME: doses.change,
    Action.DOSE_SHORTER: doses.change,
    Action.CONSENT_SHOW: breaks.show_name,
    Action.CONSENT_HIDE: breaks.hide_name,
    Action.PICTURES_STILL: home.show_stills,
    Action.PICTURES_MOVING: home.show_moving,
    Action.BOARD_MINE: boards.mine,
    Action.GREETING_START: greetings.start,
    Action.KEEPERS_SETTINGS: keepers.settings,
    Action.SCHEDULE_SETUP: schedules.setup,
    Action.SCHEDULE_ADD: schedules.add,
    Action.SCHEDULE_EDIT: schedules.edit,
    Action.SCHEDULE_PAUSE: schedules.pause,
    Action.SCHEDULE_RESUME: schedules.resume,
    Action.SCHEDULE_DELETE: schedules.delete,
    Action.SCHEDULE_MORE: schedules.more,
    Action.SCHEDULE_PREVIEW: schedules.preview,
    Action.SCHEDULE_SEND: schedules.send_now,
    Action.PAUSE_TODAY: pauses.pause_today,
    Action.PAUSE_END: pauses.resume,
    Action.PAUSE_FOR_GOOD: pauses.pause_for_good,
    Action.AWAY_LEAVE_OUT: aways.leave_out,
    Action.AWAY_CARRY_ON: aways.carry_on,
    Action.AWAY_BACK: aways.back,
    Action.AWAY_CANCEL: aways.cancel,
    Action.AWAY_ADD: aways.add,
    Action.AWAY_WEEKDAYS: aways.weekdays,
    Action.OWN_OPEN: own_routines.show,
    Action.OWN_CHANGE: own_routines.change,
    Action.OWN_EXAMPLE: own_routines.example,
    Action.OWN_ROOM: own_routines.more_room,
    Action.OWN_REMOVE: own_routines.remove,
    Action.PRIVACY_KEPT: privacy.show,
    Action.PRIVACY_DOWNLOAD: privacy.download,
    Action.PRIVACY_ERASE: privacy.erase,
    Action.PRIVACY_KEEP: privacy.keep,
    Action.HELP_ME: home.my_days,
    Action.HELP_WHY: home.why,
}
"""What answers a pressed button."""


async def _back(deps: Dependencies, command: payloads.Command) -> Reply:
    """Answer `/stretch back`: who is away is back; for everybody else it is a part of the body."""
    is_return = len(command.words) == 1 and await aways.is_away(deps, command.caller)
    return await (aways.back_command if is_return else routines.on_demand)(deps, command)


WORDS: dict[str, OnCommand] = {
    "": routines.help_command,
    Word.HELP: routines.help_command,
    Word.ME: home.my_days_command,
    Word.BOARD: boards.board_command,
    Word.SETUP: schedules.setup_command,
    Word.NEXT: pauses.next_command,
    Word.PAUSE: pauses.pause_command,
    Word.RESUME: pauses.resume_command,
    Word.AWAY: aways.away_command,
    Word.BACK: _back,
    Word.WHY: home.why_command,
    Word.ROUTINES: own_routines.command,
    Word.MYDATA: privacy.mydata_command,
    Word.FORGET: privacy.forget_command,
}
"""What answers the first word after the command; every other word is looked up among the routines."""

SUBMISSIONS: dict[str, OnSubmission] = {
    View.GUIDE: guides.next_or_finish,
    View.SCHEDULE: schedules.submit,
    View.OWN_ROUTINES: own_routines.submit,
    View.SETTINGS: keepers.submit,
    View.AWAY: aways.submit_away,
    View.WEEKDAYS: aways.submit_weekdays,
}
"""What answers a submitted modal."""

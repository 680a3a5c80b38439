"""Every action, callback, command and event name, so that what is sent and what is heard cannot drift apart."""

from enum import StrEnum

COMMAND = "/stretch"

CHANNEL_EVENTS = (
    "channel_rename",
    "group_rename",
    "channel_archive",
    "group_archive",
    "channel_unarchive",
    "group_unarchive",
    "channel_deleted",
    "group_deleted",
    "channel_id_changed",
)
"""What Slack tells of channels: public ones, and private ones, which it still calls groups."""


class Word(StrEnum):
    """What may follow the command; every other word is looked up among the routines."""

    HELP = "help"
    ME = "me"
    BOARD = "board"
    SETUP = "setup"
    NEXT = "next"
    PAUSE = "pause"
    RESUME = "resume"
    AWAY = "away"
    BACK = "back"
    WHY = "why"
    ROUTINES = "routines"
    MYDATA = "mydata"
    FORGET = "forget"


class Action(StrEnum):
    """What a button or menu does: `feature.verb`. The value of a pressed element carries the id it acts on."""

    BREAK_DONE = "break.done"
    BREAK_UNDO = "break.undo"
    BREAK_GUIDE = "break.guide"
    BREAK_TOGETHER = "break.together"
    BREAK_MENU = "break.menu"
    BREAK_ANOTHER = "break.another"
    BREAK_GUIDE_OTHER = "break.guide_other"

    RUN_JOIN = "run.join"
    RUN_START = "run.start"
    RUN_DECLINE = "run.decline"
    RUN_PRIVATELY = "run.privately"
    RUN_PAUSE = "run.pause"
    RUN_RESUME = "run.resume"
    RUN_LEAVE = "run.leave"
    RUN_MENU = "run.menu"

    ROUTINE_SHOW = "routine.show"
    ROUTINE_TOGETHER = "routine.together"
    ROUTINE_GUIDE = "routine.guide"

    GUIDE_NEXT = "guide.next"
    GUIDE_BACK = "guide.back"
    GUIDE_STOP = "guide.stop"
    GUIDE_FINISH = "guide.finish"

    DOSE_LONGER = "dose.longer"
    DOSE_SAME = "dose.same"
    DOSE_SHORTER = "dose.shorter"

    CONSENT_SHOW = "consent.show"
    CONSENT_HIDE = "consent.hide"

    PICTURES_STILL = "pictures.still"
    PICTURES_MOVING = "pictures.moving"

    BOARD_MINE = "board.mine"

    SCHEDULE_SETUP = "schedule.setup"
    SCHEDULE_ADD = "schedule.add"
    SCHEDULE_EDIT = "schedule.edit"
    SCHEDULE_PAUSE = "schedule.pause"
    SCHEDULE_RESUME = "schedule.resume"
    SCHEDULE_DELETE = "schedule.delete"
    SCHEDULE_MORE = "schedule.more"
    SCHEDULE_PREVIEW = "schedule.preview"
    SCHEDULE_SEND = "schedule.send"

    GREETING_START = "greeting.start"

    KEEPERS_SETTINGS = "keepers.settings"

    PAUSE_TODAY = "pause.today"
    PAUSE_END = "pause.end"
    PAUSE_FOR_GOOD = "pause.for_good"

    AWAY_LEAVE_OUT = "away.leave_out"
    AWAY_CARRY_ON = "away.carry_on"
    AWAY_BACK = "away.back"
    AWAY_CANCEL = "away.cancel"
    AWAY_ADD = "away.add"
    AWAY_WEEKDAYS = "away.weekdays"

    OWN_OPEN = "own.open"
    OWN_CHANGE = "own.change"
    OWN_EXAMPLE = "own.example"
    OWN_ROOM = "own.room"
    OWN_REMOVE = "own.remove"
    PRIVACY_KEPT = "privacy.kept"
    PRIVACY_DOWNLOAD = "privacy.download"
    PRIVACY_ERASE = "privacy.erase"
    PRIVACY_KEEP = "privacy.keep"

    HELP_ME = "help.me"
    HELP_WHY = "help.why"


class View(StrEnum):
    """Callback ids of modals."""

    GUIDE = "guide"
    SCHEDULE = "schedule"
    CHANNEL = "channel"
    SETTINGS = "settings"
    AWAY = "away"
    WEEKDAYS = "weekdays"
    OWN_ROUTINES = "own_routines"
    NOTICE = "notice"


METADATA_EVENT = "limber_message"
"""The event type in the metadata of what we post; its payload holds the outbox key, which settles unknown outcomes."""

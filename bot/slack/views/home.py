"""The Home tab: today's break, where one stands, what one chose, and what is kept."""

from dataclasses import replace

from bot.domain.home import Home, HomeChannel
from bot.domain.installations import missing_scopes
from bot.slack.ids import Action
from bot.slack.views import aways, choices, parts, privacy, routines, schedules, streaks
from bot.slack.views.parts import Block

_KEPT = (
    "Your name and time zone from Slack, which breaks you did and when, and the choices above. Nothing about pain or"
    " health. In Slack nobody sees your days unless you put your name on a board; whoever runs this server could read"
    " the database."
)


_NO_HISTORY = (
    "I may not read this workspace's channels, so a break that may or may not have arrived is not posted again."
)
_WITHOUT = {
    "channels:history": _NO_HISTORY,
    "groups:history": _NO_HISTORY,
    "files:read": "I may not read files, so a new picture can be missing at first, and routines come as text alone.",
}
"""What does not work without an optional scope."""

_MOST_CHANNELS = 10
"""What fits into the 100 blocks of a Home tab."""


def home(shown: Home) -> Block:
    """Write somebody's Home tab, with the channels that fit."""
    shown = replace(shown, channels=shown.channels[:_MOST_CHANNELS])
    rows: list[Block] = []
    if shown.channels:
        rows.extend(_today(shown))
        rows.append(parts.header("You"))
        for each in shown.channels:
            rows.extend(_progress(each))
        rows.extend(_coming_up(shown))
        rows.extend(_looked_after(shown))
    else:
        rows.append(parts.header("Stretch breaks"))
        rows.append(parts.section("No breaks here yet. Try one now, it takes 30 seconds."))
        one = parts.button("Try one", Action.ROUTINE_GUIDE, f"lowback|{shown.member.direct_slack_id}", style="primary")
        rows.append(parts.actions(one))
        choose = parts.button("Set up a channel", Action.KEEPERS_CHOOSE)
        rows.append(parts.section("Breaks for a team come to its channel.", choose))
    rows.extend(_up_to_you(shown))
    rows.extend(choices.chosen(shown))
    rows.extend([parts.header("What is kept"), parts.section(_KEPT), privacy.home_buttons()])
    return {"type": "home", "blocks": rows}


def _today(shown: Home) -> list[Block]:
    rows: list[Block] = [parts.header("Today")]
    for each in shown.channels:
        if each.open_break is None or each.exercise is None:
            continue
        done = " Done." if each.is_done else ""
        at = parts.clock_time(each.open_break.due_at, shown.member.zone)
        rows.append(
            parts.section(f"*{each.exercise.name}*, {routines.dose(each.exercise)}, {_where(each)} at {at}.{done}")
        )
        guide = parts.button("Guide me", Action.BREAK_GUIDE, each.open_break.id)
        press = parts.button("Done", Action.BREAK_DONE, each.open_break.id, style="primary")
        rows.append(parts.actions(*([guide] if each.is_done else [press, guide])))
    if len(rows) == 1:
        guide = parts.button("Do one now", Action.ROUTINE_GUIDE, f"lowback|{shown.channels[0].channel.slack_id}")
        rows.extend([parts.section("No break is open right now."), parts.actions(guide)])
    return rows


def _where(each: HomeChannel) -> str:
    return "just for you" if each.channel.is_direct else f"in <#{each.channel.slack_id}>"


def _progress(each: HomeChannel) -> list[Block]:
    standing, slack_id = each.standing, each.channel.slack_id
    lines = [f"*{parts.place(slack_id)}* {streaks.numbers(standing.progress)}", *streaks.beside(standing)]
    why = parts.button("Why these numbers", Action.HELP_WHY, slack_id)
    return [parts.section("\n".join(lines), why)]


def _up_to_you(shown: Home) -> list[Block]:
    days = f"My days: {aways.weekdays_of(shown.member.weekdays)}"
    away = f"Away: {aways.away_line([each.dates for each in shown.aways], shown.today)}"
    is_away = any(shown.today in each.dates for each in shown.aways)
    buttons = [
        parts.button("Add dates", Action.AWAY_ADD),
        *([parts.button("I'm back", Action.AWAY_BACK)] if is_away else []),
        *(
            parts.button(f"Take back {aways.away_line([each.dates], shown.today)}"[:75], Action.AWAY_CANCEL, each.id)
            for each in shown.aways[:3]
            if each.dates.first > shown.today
        ),
    ]
    return [
        parts.header("Up to you"),
        parts.section(days, parts.button("Change", Action.AWAY_WEEKDAYS)),
        parts.section(away),
        parts.actions(*buttons),
        *(_name_on_board(each) for each in shown.channels if not each.channel.is_direct),
    ]


def _name_on_board(each: HomeChannel) -> Block:
    slack_id = each.channel.slack_id
    if each.standing.is_named:
        return parts.section(
            f"My name on the board in <#{slack_id}>: yes", parts.button("Hide my name", Action.CONSENT_HIDE, slack_id)
        )
    return parts.section(
        f"My name on the board in <#{slack_id}>: no", parts.button("Show my name", Action.CONSENT_SHOW, slack_id)
    )


def _coming_up(shown: Home) -> list[Block]:
    zone = shown.member.zone
    lines = [
        f"{parts.place(each.channel.slack_id)}: {parts.local_moment(each.next_due_at, zone)}"
        for each in shown.channels
        if each.next_due_at is not None
    ]
    return [parts.header("Coming up"), parts.section("\n".join(lines))] if lines else []


def _looked_after(shown: Home) -> list[Block]:
    rows = [row for each in shown.channels if each.schedules and not each.channel.is_direct for row in _channel(each)]
    own = parts.section("Routines your team wrote itself", parts.button("Show", Action.OWN_OPEN))
    return [parts.header("Channels you look after"), *rows, own, *_not_granted(shown.granted)] if rows else []


def _not_granted(granted: frozenset[str]) -> list[Block]:
    missing = missing_scopes(granted, tuple(_WITHOUT))
    # Only who may send files has to read them: elsewhere pictures have an address, and files are not asked for.
    said = [_WITHOUT[each] for each in missing if each != "files:read" or "files:write" in granted]
    cure = "An admin can change that by installing me once more."
    return [parts.context(" ".join([*dict.fromkeys(said), cure]))] if said else []


def _channel(each: HomeChannel) -> list[Block]:
    slack_id = each.channel.slack_id
    buttons = parts.actions(
        parts.button("Edit", Action.SCHEDULE_SETUP, slack_id),
        parts.button("Pause for today", Action.PAUSE_TODAY, slack_id),
        parts.button("Send one now", Action.SCHEDULE_SEND, slack_id),
    )
    return [parts.section(f"{parts.place(slack_id)}: {schedules.all_in_words(each.schedules)}."), buttons]

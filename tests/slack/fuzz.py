"""Every payload Slack sends us, made by the playground's own builders, and what can go wrong with one on its way."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from bot.slack.ids import SHORTCUT, Action, View, Word
from bot.slack.manifest import BOT_EVENTS, manifest
from bot.slack.views import aways, guides, privacy, schedules
from bot.slack.views.parts import Block
from playground import events, interactions
from playground.app import read_manifest
from playground.elements import state_values, with_ids
from playground.entities import Ephemeral, Message
from playground.entities import View as LocalView
from playground.local_slack import LocalSlack
from playground.seed import NORTHLIGHT
from playground.storage import Nothing
from tests.slack import samples

TEAM, DESIGN, ANNA = NORTHLIGHT.team_id, "C0DESIGN", "U0ANNA"
TS = "1772443500.000100"
Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A payload with the kind of request that it comes in."""

    kind: str
    payload: Json


VALUES = {
    Action.BREAK_MENU: ("remind:1", "seated:1", "moving:1", "another:1"),
    Action.BREAK_ANOTHER: ("1|wall-sit",),
    Action.BREAK_GUIDE_OTHER: ("1|wall-sit",),
    Action.RUN_MENU: ("skip:1", "stop:1"),
    Action.RUN_PRIVATELY: ("lowback|C0DESIGN",),
    Action.ROUTINE_SHOW: ("lowback|C0DESIGN",),
    Action.ROUTINE_TOGETHER: ("lowback|C0DESIGN",),
    Action.ROUTINE_GUIDE: ("lowback|C0DESIGN", "lowback|"),
    Action.GUIDE_NEXT: ("2:0",),
    Action.GUIDE_BACK: ("2:0",),
    Action.GUIDE_STOP: ("2:0",),
    Action.DOSE_LONGER: ("wall-sit|30",),
    Action.DOSE_SAME: ("wall-sit|30",),
    Action.DOSE_SHORTER: ("wall-sit|30",),
    Action.CONSENT_SHOW: (DESIGN,),
    Action.CONSENT_HIDE: (DESIGN,),
    Action.SCHEDULE_SETUP: (DESIGN,),
    Action.PAUSE_TODAY: (DESIGN,),
    Action.PAUSE_END: (DESIGN,),
    Action.CHOICE_SET: ("wants_stills:on", "seated_first:off"),
    Action.SCHEDULE_SEND: (DESIGN,),
    Action.KEEPERS_SETTINGS: (DESIGN,),
    Action.GREETING_START: (f"{DESIGN}|Europe/Berlin",),
    Action.AWAY_LEAVE_OUT: ("1|2026-02-23|2026-02-25",),
    Action.HELP_WHY: (DESIGN,),
}
"""What buttons carry; every other one a number, as that of the first break, run, schedule, board there is."""

TYPED = ("", "lowback", "lowback together", "neck solo", "lowbak", "board all time", "pause 2w", "away 24 Dec to 2 Jan")


def _modals() -> dict[str, Block]:
    """Give the first modal of each kind that the samples have, and some that hold a schedule that is stored."""
    record = samples.record_of(samples.WEEKDAYS, 1)
    form = partial(schedules.form, record.schedule, samples.CATALOGUE.routines, channel_slack_id=DESIGN)
    known = {view["callback_id"]: view for _, view in reversed(list(samples.modals()))}
    return known | {
        View.SCHEDULE: form(record=record),
        "new schedule": form(record=None),
        View.AWAY: aways.away_modal(),
        View.WEEKDAYS: aways.weekdays_modal(()),
        View.GUIDE: guides.guide(samples.guide_of(samples.LOWBACK), None, {"run": 2, "channel": DESIGN}),
        View.NOTICE: privacy.kept(400),
    }


class Builder:
    """Makes payloads of somebody in a local Slack that nothing is connected to."""

    def __init__(self) -> None:
        self._slack = LocalSlack(read_manifest(manifest()), NORTHLIGHT, Nothing())

    def all(self) -> list[Sent]:
        """Make every payload there is."""
        now = Sent("interactive", interactions.shortcut(self._slack, ANNA, SHORTCUT))
        return [*self._presses(), *self._views(), *self._events(), *self._commands(), now]

    def _presses(self) -> Iterator[Sent]:
        message = Message(DESIGN, TS, self._slack.app.user_id, "Stretch", [])
        whispered = Ephemeral("E1", DESIGN, ANNA, TS, "Counted", [])
        home = self._view("home", {"type": "home", "blocks": []})
        modals = [self._view("modal", view) for view in (_modals()[View.SCHEDULE], _modals()[View.GUIDE])]
        for action_id in Action:
            for value in VALUES.get(action_id, ("1",)):
                action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": TS}
                yield Sent("interactive", interactions.message_action(self._slack, ANNA, message, action, {}))
                yield Sent("interactive", interactions.ephemeral_action(self._slack, whispered, action, {}))
                for view in (home, *modals):
                    yield Sent("interactive", interactions.view_action(self._slack, view, action, {}))

    def _view(self, kind: str, content: Block) -> LocalView:
        return LocalView("V1", kind, ANNA, content | {"blocks": with_ids(content["blocks"])}, "h1", "V1")

    def _views(self) -> Iterator[Sent]:
        for content in _modals().values():
            view = self._view("modal", content)
            values = state_values(view.content["blocks"], {})
            if "away" in values:
                values["away"] = {each: {"type": "plain_text_input", "value": "2w"} for each in values["away"]}
            yield Sent("interactive", interactions.view_submission(self._slack, view, values))
            yield Sent("interactive", interactions.view_closed(self._slack, view, values))

    def _events(self) -> Iterator[Sent]:
        item = {"type": "message", "channel": DESIGN, "ts": TS}
        fields: dict[str, Json] = {
            "reaction_added": {"user": ANNA, "reaction": "muscle", "item": item, "item_user": "U0LIMBER"},
            "member_joined_channel": {"user": self._slack.app.user_id, "channel": DESIGN, "channel_type": "C"},
            "app_home_opened": {"user": ANNA, "channel": "D0ANNA", "tab": "home"},
            "tokens_revoked": {"tokens": {"oauth": [], "bot": ["U0LIMBER"]}},
            "app_uninstalled": {},
            "user_change": {"user": {"id": ANNA, "name": "anna", "tz": "Asia/Tokyo", "profile": {}}},
            "channel_rename": {"channel": {"id": DESIGN, "name": "new-design"}},
            "channel_id_changed": {"old_channel_id": DESIGN, "new_channel_id": "C0OTHER"},
            "channel_left": {"channel": DESIGN, "actor_id": ANNA},
        }
        fields["reaction_removed"] = fields["reaction_added"]
        for kind in BOT_EVENTS:
            known = fields.get(kind.replace("group_", "channel_"), {"user": ANNA, "channel": DESIGN})
            yield Sent("events_api", events.event_callback(self._slack, {"type": kind, "event_ts": TS, **known}))

    def _commands(self) -> Iterator[Sent]:
        channel = self._slack.workspace.channels[DESIGN]
        for text in (*TYPED, *Word):
            yield Sent("slash_commands", interactions.slash_command(self._slack, ANNA, channel, "/stretch", text))


HUGE = "x" * 20_000
STRANGE: tuple[Any, ...] = (
    None,
    0,
    -1,
    10**30,
    1.5,
    True,
    "",
    HUGE,
    [],
    [None],
    {},
    {"id": "X"},
    "\x00",
    "\ud800",
    "🦒\u202e",
    "'; DROP TABLE breaks; --",
    "<!channel>",
    "U0NOBODY",
    "C0NOWHERE",
    "T0ELSEWHERE",
    "999999",
    "999999999999999999999999",
    "1.1",
    "1272443500.000100",
    "9999999999.000000",
    "{}",
    "[]",
    '{"channel": 5, "run": [], "schedule": "1"}',
)
"""Wrong types, nothing, far too much, other alphabets, ids from elsewhere, times long past and far ahead."""

_BULKY = frozenset({"blocks", "title", "submit", "close", "message"})
"""Parts that nobody reads; a mutation there would be wasted, as a rule."""


def mutated(sent: Sent, random: Random) -> tuple[Sent, list[str]]:
    """Change a payload in one to three places; tells where and how."""
    payload, done = copy.deepcopy(sent.payload), []
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = list(_places(payload))
        if not places:
            break
        holder, key, path = random.choice(places)
        done.append(f"{path}: {_mutate(holder, key, random)}")
    return Sent(sent.kind, payload), done


def _places(part: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    named = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in list(named):
        if key not in _BULKY:
            yield part, key, f"{path}.{key}"
            yield from _places(value, f"{path}.{key}")


def _mutate(holder: Any, key: Any, random: Random) -> str:
    how = random.choice(("drop", "strange", "strange", "strange", "double", "other text", "inside"))
    value = holder[key]
    if how == "drop":
        del holder[key]
    elif how == "double" and isinstance(value, str | list):
        holder[key] = value * 2
    elif how == "other text" and isinstance(value, str) and value:
        at = random.randrange(len(value))
        holder[key] = value[:at] + random.choice("0aZ|:#. \u00e9") + value[at + 1 :]
    elif how == "inside" and key == "private_metadata" and (carried := _carried(value)):
        carried[random.choice(list(carried))] = random.choice(STRANGE)
        holder[key] = json.dumps(carried)
    else:
        chosen = random.choice(STRANGE)
        holder[key] = copy.deepcopy(chosen)
        how = repr(chosen)[:40]
    return how


def _carried(value: Any) -> Json:
    """Read what a modal carries; empty where an earlier change has left nothing to read."""
    try:
        carried = json.loads(value)
    except (TypeError, ValueError):
        return {}
    return carried if isinstance(carried, dict) else {}

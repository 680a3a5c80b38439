"""Who may look after a channel, and what they choose for it beside its schedules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.boards import BoardPlan
from bot.domain.breaks import COUNTED_REACTIONS, plain_reaction
from bot.domain.errors import InvalidInput
from bot.domain.pauses import Pause
from bot.domain.schedules import Occurrence
from bot.domain.workspaces import Channel, Member, MemberKind, ScheduleRecord

MAX_REACTIONS = 20
"""Emoji a channel may let count."""

SEND_AGAIN_AFTER = timedelta(minutes=10)
"""After a break, how long it takes until another may be sent by hand: two prompts at once help nobody."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What a channel's keepers chose: the reactions that count as done, by their plain names, and its board."""

    reactions: tuple[str, ...] = COUNTED_REACTIONS
    board: BoardPlan = field(default_factory=BoardPlan)

    def counts(self, reaction: str) -> bool:
        """Tell whether a reaction counts as done; its name may carry a skin tone."""
        return plain_reaction(reaction) in self.reactions


@dataclass(frozen=True, slots=True)
class Overview:
    """A channel's breaks as one person sees them: its schedules, what comes next, and who looks after it.

    `reader_zone` is theirs, `today` the channel's date; `pauses` are those that are not over.
    """

    channel: Channel
    records: tuple[ScheduleRecord, ...]
    keepers: tuple[Member, ...]
    following: tuple[Occurrence, ...]
    reader_zone: str
    today: date
    may_change: bool
    pauses: tuple[Pause, ...] = ()


def active(keepers: Sequence[Member]) -> list[Member]:
    """List who of a channel's keepers is still there: the first of them speaks for it, and is told what there is."""
    return [each for each in keepers if each.kind is not MemberKind.GONE]


def parse_reactions(text: str) -> tuple[str, ...]:
    """Read emoji names as people type them (":tada:, muscle"), each once; none is allowed, and means the button alone.

    Raises InvalidInput for "reactions" with an example.
    """
    names = [word.strip(":").casefold() for word in re.split(r"[\s,;]+|:(?=:)", text.strip()) if word.strip(":")]
    plain = tuple(dict.fromkeys(plain_reaction(name) for name in names if not name.startswith("skin-tone-")))
    for name in plain:
        if re.fullmatch(r"[\w'+-]{1,80}", name) is None or not re.search(r"[a-z0-9+]", name):
            sentence = f"I couldn't read '{name[:20]}' as an emoji's name. Try white_check_mark, muscle."
            raise InvalidInput("reactions", sentence)
    if len(plain) > MAX_REACTIONS:
        raise InvalidInput("reactions", f"That is {len(plain)} emoji; {MAX_REACTIONS} is the most.")
    return plain

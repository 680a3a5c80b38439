"""`/stretch` on demand: a routine's card, and starting it together."""

from difflib import get_close_matches

from bot.domain.choices import as_chosen
from bot.domain.errors import BreakUnknown
from bot.domain.workspaces import is_direct
from bot.services import runs
from bot.services.members import Caller
from bot.slack import guiding
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.ids import Word
from bot.slack.payloads import Command, Press
from bot.slack.views import help as help_views
from bot.slack.views import routines as views
from bot.slack.views.parts import Message
from routines.catalogue import Catalogue
from routines.model import Exercise, Routine


async def show(deps: Dependencies, press: Press) -> Reply:
    """Show a routine's card, privately."""
    word, _, channel_slack_id = press.value.partition("|")
    return Reply(say=await card(deps, press.caller, word, channel_slack_id), replaces=press.is_ephemeral)


async def card(deps: Dependencies, caller: Caller, word: str, channel_slack_id: str) -> Message:
    """Find what a word means and write its card, or suggest the nearest word."""
    catalogue = await deps.offered(caller)
    routine = _find(catalogue, word)
    if routine is None:
        nearest = catalogue.nearest(word)
        command = get_close_matches(word.casefold(), list(Word), n=1) if nearest is None else []
        if command:
            return help_views.unknown_command(word, command[0])
        return help_views.unknown_word(word, nearest, channel_slack_id)
    member = await deps.member(caller)
    routine = as_chosen(routine, member.shown)
    picture = deps.picture(caller, routine.exercises[0].picture)
    place = await _place(deps, caller, channel_slack_id)
    is_part = len(routine.exercises) < len(catalogue.routine(routine.id).exercises)
    return views.card(routine, picture, channel_slack_id=channel_slack_id, place=place, is_part=is_part)


async def _place(deps: Dependencies, caller: Caller, channel_slack_id: str) -> views.Place:
    if is_direct(channel_slack_id):
        return views.Place.ALONE
    facts = await deps.directory.channel(caller.team_id, channel_slack_id)
    # When Slack does not answer, the offer stands: a run that cannot be posted is said then.
    return views.Place.OUTSIDE if facts is not None and not facts.is_member else views.Place.CHANNEL


def _find(catalogue: Catalogue, word: str) -> Routine | None:
    """Find a routine by a word for it; an exercise is one of a single move."""
    found = catalogue.find(word)
    return catalogue.asked_for(found.id) if isinstance(found, Exercise) else found


async def together(deps: Dependencies, press: Press) -> Reply:
    """Start a routine together outside breaks."""
    routine_id, _, channel_slack_id = press.value.partition("|")
    try:
        routine = (await deps.offered(press.caller)).asked_for(routine_id)
    except KeyError:
        raise BreakUnknown from None
    await start_together(deps, press.caller, routine, channel_slack_id)
    return Reply(say=help_views.started(), replaces=press.is_ephemeral)


async def start_together(deps: Dependencies, caller: Caller, routine: Routine, channel_slack_id: str) -> None:
    """Open a lobby in a channel; raises NotAChannel, NotAMember where the app cannot post, RunTooSoon."""
    channel = await deps.own_channel(caller, channel_slack_id)
    member = await deps.member(caller, fallback_zone=channel.zone)
    await runs.start_on_demand(deps.open_unit_of_work, channel, routine, member, deps.clock())


async def on_demand(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch lowback`: a card; `together` behind it starts in the channel, `solo` opens the guide."""
    *words, last = command.words
    if last in _AT_ONCE and words:
        routine = _find(await deps.offered(command.caller), " ".join(words))
        if routine is not None:
            return await _at_once(deps, command, routine, last)
    return Reply(say=await card(deps, command.caller, " ".join(command.words), command.channel_slack_id))


_AT_ONCE = frozenset({"together", "solo"})


async def _at_once(deps: Dependencies, command: Command, routine: Routine, how: str) -> Reply:
    if how == "together":
        await start_together(deps, command.caller, routine, command.channel_slack_id)
        return Reply(say=help_views.started())
    return await guiding.open_guide(deps, command.caller, routine, command.channel_slack_id)


async def help_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch` and `/stretch help`: what one can do here."""
    offered = await deps.offered(command.caller)
    return Reply(say=help_views.help_message(offered.routines, command.channel_slack_id))

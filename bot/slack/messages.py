"""What goes out, as blocks and text: a view for each kind of message, with the pictures that Slack has."""

from bot.domain.breaks import Prompt
from bot.domain.greetings import Hello, Introduction
from bot.domain.own_routines import Removed
from bot.domain.pauses import FellSilent
from bot.domain.runs import ClosingCard, GoesOn, PauseNote, StepCard
from bot.services.messages import BoardMessage, LobbyMessage, NobodyCame, ReminderMessage, RunGone, Stopped
from bot.services.outbox import Ready
from bot.slack.pictures import Pictures
from bot.slack.views import boards, breaks, greetings, own_routines, pauses, reminders, runs, workspaces
from bot.slack.views.parts import Message, Picture

_OfRun = LobbyMessage | NobodyCame | PauseNote | GoesOn | ClosingCard | RunGone


def render(ready: Ready, pictures: Pictures) -> Message:
    """Render a message that is to be sent."""
    delivery, facts = ready.delivery, ready.facts

    def picture(stem: str, *, moving: bool = True) -> Picture | None:
        return pictures.find(delivery.team_id, stem, moving=moving)

    match facts:
        case Prompt():
            return breaks.prompt(facts, picture(facts.exercise.picture, moving=facts.moves))
        case ReminderMessage(prompt):
            return reminders.reminder(prompt, picture(prompt.exercise.picture))
        case StepCard():
            return runs.step(facts, picture(facts.step.picture))
        case BoardMessage(board_id, channel_name, zone, board):
            return boards.weekly(
                board,
                board_id=board_id,
                channel_name=channel_name,
                channel_slack_id=delivery.slack_channel_id,
                zone=zone,
            )
        case _:
            return _render_words(facts)


def _render_words(facts: _OfRun | Hello | Introduction | Stopped | Removed | FellSilent) -> Message:
    match facts:
        case Hello():
            return greetings.hello(facts)
        case Introduction():
            return greetings.introduction(facts)
        case Stopped(channel):
            return workspaces.stopped(channel.slack_id, channel.stopped_because or "")
        case Removed():
            return own_routines.removed(facts)
        case FellSilent():
            return pauses.fell_silent(facts)
        case _:
            return _render_of_run(facts)


def _render_of_run(facts: _OfRun) -> Message:
    match facts:
        case LobbyMessage(run, zone):
            return runs.lobby(run, zone)
        case NobodyCame(run):
            return runs.nobody_came(run)
        case PauseNote():
            return runs.paused(facts)
        case GoesOn():
            return runs.goes_on(facts)
        case ClosingCard():
            return runs.closing(facts)
        case RunGone(run, _, channel_slack_id, is_counted, can_post):
            return runs.gone(run, channel_slack_id, is_counted=is_counted, can_post=can_post)

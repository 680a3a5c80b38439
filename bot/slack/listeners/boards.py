"""One's own week under a board, and `/stretch board`."""

from bot.domain.errors import NotAChannel
from bot.domain.workspaces import is_direct
from bot.services import boards, keepers
from bot.slack.dispatch import NOTHING, Dependencies, Reply
from bot.slack.payloads import Command, Press
from bot.slack.views import boards as views

_ALL_TIME = frozenset({"all time", "all-time", "alltime", "ever", "best"})


async def mine(deps: Dependencies, press: Press) -> Reply:
    """Show somebody their own figures under a board, privately."""
    member = await deps.member(press.caller)
    own = await boards.own_week(deps.open_unit_of_work, press.number, member)
    if own is None:
        return NOTHING
    return Reply(say=views.own_week(own.kept, own.due, own.current, own.rank, is_named=own.is_named))


async def board_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch board [last week · all time]`: last week's board here, or the best ever, privately."""
    if is_direct(command.channel_slack_id):
        raise NotAChannel
    channel = await deps.channel(command.caller, command.channel_slack_id, command.channel_name)
    if " ".join(command.words[1:]).casefold() in _ALL_TIME:
        ever = await boards.show_all_time(deps.open_unit_of_work, channel, deps.clock())
        return Reply(say=views.all_time(ever.rows, ever.more, channel_name=channel.name))
    board = await boards.show_latest(deps.open_unit_of_work, channel, deps.clock())
    if board.is_empty:
        chosen = (await keepers.show(deps.open_unit_of_work, channel)).settings
        return Reply(say=views.none_of_last_week(channel.slack_id, chosen.board))
    return Reply(
        say=views.weekly(
            board, board_id=None, channel_name=channel.name, channel_slack_id=channel.slack_id, zone=channel.zone
        )
    )

"""The weekly board: what the team did together, a chart, and the standings of those who asked to be named."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.boards import Board, BoardPlan, Record, Standing
from bot.domain.times import WEEKDAY_NAMES
from bot.slack.ids import Action
from bot.slack.views import parts
from bot.slack.views.parts import Block, Message

_MOST_REACHED = 5
_MOST_MISSED = 3
_COMPANY = 3
"""People from whom on they are counted; two would know of each other."""


def weekly(board: Board, *, board_id: int | None, channel_name: str, channel_slack_id: str, zone: str) -> Message:
    """Write a channel's board; `board_id` is None for a private look at it, which has no buttons."""
    heading = _heading(channel_name, parts.week_range(board.week, board.week_end))
    together, notes = _together(board), _notes(board, zone)
    rows: list[Block] = [parts.header(heading), parts.section(together), *_chart(board), *_table(board)]
    if notes:
        rows.append(parts.context(parts.escape(" ".join(notes))))
    if board_id is not None:
        rows.append(_buttons(board_id, channel_slack_id))
    standings = _spoken_standings(board)
    offered = " Buttons: My week, privately; My name on this board." if board_id is not None else ""
    said = (f"{heading}.", together, _spoken_chart(board), standings, *notes)
    return Message(parts.escape(" ".join(part for part in said if part) + offered), rows)


def _heading(channel_name: str, what: str) -> str:
    """Write what a board is of; a private channel's name is not known at once."""
    return f"#{channel_name}, {what}" if channel_name else parts.upper_first(what)


def _together(board: Board) -> str:
    days = f"{parts.count(board.break_days, 'break day')}{_holidays(board)}"
    if board.is_first_week:
        return f"Your first week: {parts.count(board.breaks_done, 'break')} on {days}."
    if board.people < _COMPANY:
        done = f"Together: {parts.count(board.breaks_done, 'break')} on {days}."
    else:
        people = parts.count(board.people, "person", "people")
        done = f"Together: {parts.count(board.breaks_done, 'break')} by {people} on {days}."
    if board.is_best_week:
        return f"{done} Your best week so far."
    return f"{done} Best week so far: {board.best}."


def _holidays(board: Board) -> str:
    if not board.holidays:
        return ""
    days = parts.listed([f"{day:%A}" for day in board.holidays])
    return f" ({days} {'was a holiday' if len(board.holidays) == 1 else 'were holidays'})"


def _chart(board: Board) -> list[Block]:
    """Draw the weeks as bars; one week alone says nothing."""
    weeks = board.weekly_totals
    if len(weeks) < 2:  # noqa: PLR2004  # a comparison takes two
        return []
    labels = [f"{week.day} {week:%b}" for week, _ in weeks]
    data = [{"label": label, "value": total} for label, (_, total) in zip(labels, weeks, strict=True)]
    chart = {"type": "bar", "series": [{"name": "Breaks", "data": data}], "axis_config": {"categories": labels}}
    return [{"type": "data_visualization", "title": _chart_title(board), "chart": chart}]


def _chart_title(board: Board) -> str:
    return f"Breaks done per week, last {len(board.weekly_totals)} weeks"


def _spoken_chart(board: Board) -> str:
    if len(board.weekly_totals) < 2:  # noqa: PLR2004  # as above
        return ""
    return f"{_chart_title(board)}: {', '.join(str(total) for _, total in board.weekly_totals)}."


def _table(board: Board) -> list[Block]:
    if not board.standings:
        return []
    head = ["Rank", "Name", "Days in a row", "That week", "Best"]
    rows = [[_cell(text) for text in head], *([_cell(text) for text in _row(each)] for each in board.standings)]
    caption = f"Days in a row, as of {parts.long_date(board.week_end)}"
    return [
        {
            "type": "data_table",
            "caption": caption,
            "rows": rows,
            "page_size": min(100, len(rows)),
            "row_header_column_index": 1,
        }
    ]


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def _row(standing: Standing) -> list[str]:
    return [str(standing.rank), standing.name, str(standing.current), _week(standing), str(standing.best)]


def _week(standing: Standing) -> str:
    return "every day" if standing.every_day else parts.count(standing.kept, "day")


def _notes(board: Board, zone: str) -> list[str]:
    notes = []
    if board.more:
        notes.append(f"And {board.more} more with a running streak.")
    if reached := [f"{name} reached {days} days" for name, days in board.reached[:_MOST_REACHED]]:
        notes.append(f"{parts.listed(reached)}.")
    if board.missed_by_us:
        notes.append(f"{_missed(board.missed_by_us, zone)}; that counts against nobody.")
    if board.standings:
        notes.append("Listed are people who asked to be; everybody is in the total.")
    else:
        notes.append("When three people with a running streak ask to be named, streaks appear here.")
    return notes


def _missed(missed: Sequence[datetime], zone: str) -> str:
    when = [f"on {parts.weekday(each, zone)} at {parts.clock_time(each, zone)}" for each in missed[:_MOST_MISSED]]
    more = [f"{len(missed) - _MOST_MISSED} more"] if len(missed) > _MOST_MISSED else []
    return parts.upper_first(parts.did_not_go_out([*when, *more]))


def _spoken_standings(board: Board) -> str:
    if not board.standings:
        return ""
    ranks: dict[int, list[Standing]] = {}
    for standing in board.standings:
        ranks.setdefault(standing.rank, []).append(standing)
    spoken = [
        f"{rank} {parts.listed([each.name for each in tied])}, {tied[0].current}." for rank, tied in ranks.items()
    ]
    weeks = "; ".join(f"{each.name} {_week(each)}" for each in board.standings)
    bests = ", ".join(f"{each.name} {each.best}" for each in board.standings)
    return f"Days in a row: {' '.join(spoken)} That week: {weeks}. Best: {bests}."


def _buttons(board_id: int, channel_slack_id: str) -> Block:
    return parts.actions(
        parts.button("My week, privately", Action.BOARD_MINE, board_id),
        parts.button("My name on this board", Action.CONSENT_SHOW, channel_slack_id),
    )


def own_week(kept: int, due: int, current: int, rank: int | None, *, is_named: bool) -> Message:
    """Write somebody's own figures under a board, for their eyes only."""
    if not kept:
        text = "This one went by without you, and that is fine. The next break is a good one to start with."
        return parts.words(text)
    in_a_row = f", {current} in a row" if current else ""
    of_mine = f"{kept} of your {due} days" if due > 1 else "Your 1 day that week"
    days = f"{of_mine}{in_a_row}."
    place = f" {_place(rank, is_named=is_named)}" if rank else ""
    return Message(f"{days}{place}", [parts.section(f"{days}{place}")])


def _place(rank: int, *, is_named: bool) -> str:
    if is_named:
        return f"Among the people listed you are {parts.ordinal(rank)}."
    return f"Among the people listed you'd be {parts.ordinal(rank)}, and nobody sees that."


def all_time(rows: Sequence[tuple[int, Record]], more: int, *, channel_name: str) -> Message:
    """Write the best of those named in a channel, as (rank, record), for the person who asked."""
    heading = _heading(channel_name, "all time")
    if not rows:
        text = "When three people with a streak ask to be named, the best ones appear here."
        return Message(parts.escape(f"{heading}. {text}"), [parts.header(heading), parts.section(text)])
    head = ["Rank", "Name", "Best in a row", "Days altogether"]
    cells = [[str(place), each.name, str(each.best), str(each.days)] for place, each in rows]
    block = {
        "type": "data_table",
        "caption": "Best days in a row, then days altogether",
        "rows": [[_cell(text) for text in row] for row in (head, *cells)],
        "page_size": min(100, len(rows) + 1),
        "row_header_column_index": 1,
    }
    notes = [f"And {more} more."] if more else []
    notes.append("Listed are people who asked to be.")
    spoken = "; ".join(f"{place} {each.name}, {each.best} in a row, {each.days} altogether" for place, each in rows)
    text = f"{heading}. {spoken}. {' '.join(notes)}"
    return Message(parts.escape(text), [parts.header(heading), block, parts.context(" ".join(notes))])


def none_of_last_week(channel_slack_id: str, plan: BoardPlan) -> Message:
    """Write what is said when there is nothing of last week to show."""
    comes = f"The next one comes on {WEEKDAY_NAMES[plan.weekday]} after a week with breaks."
    following = comes if plan.is_on else "Weekly boards are off there."
    return parts.words(f"There is no board of last week for <#{channel_slack_id}>. {following}")

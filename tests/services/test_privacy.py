"""Who asks gets everything that is held about them; who wants to be forgotten is, and no total changes by it."""

import asyncio
import json
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.boards import Figures, Performance
from bot.domain.breaks import BUTTON, Support
from bot.domain.dates import Dates
from bot.domain.doses import Dose
from bot.domain.pauses import Pause, PausedBecause
from bot.domain.schedules import Schedule
from bot.domain.streaks import Checkpoint, Streak, Tally
from bot.domain.workspaces import Channel, Member
from bot.services import aways, boards, breaks, guides, own_routines, privacy, reminders, retention, runs, schedules
from bot.services.breaks import Sight
from bot.services.guides import Origin
from bot.services.members import Caller
from bot.services.messages import BoardMessage
from bot.store.base import Base
from bot.store.privacy import columns_of_people
from bot.store.reactions import EarlyReaction
from bot.store.tables import BoardRow, OutboxRow, ParticipationRow, RunRow
from bot.store.tables_retention import ChannelWeekRow
from tests.own import SWAY
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

DAY = timedelta(days=1)
WEEK = 7 * DAY
LATER = NOON + 2 * WEEK + timedelta(hours=1)
"""A Monday, two weeks on."""

NAME = "Annelise Quill"

OWN = Schedule(frozenset(range(5)), (time(10),), "Europe/Berlin", "lower-back")


async def everything(engine: AsyncEngine) -> dict[str, list[dict[str, Any]]]:
    async with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in Base.metadata.sorted_tables
        }


async def press(world: World, break_id: int, member: Member, at: datetime) -> None:
    await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=at, now=at)


async def lived(world: World) -> tuple[Member, Channel]:
    """Have Ann and three others do breaks for two weeks, and Ann leave a row in every table there is."""
    ann, *others = world.members[:4]
    async with world.uow() as uow:
        ann = await uow.members.ensure(world.workspace.id, ann.slack_id, name=NAME, zone="Asia/Tokyo")
        for member in world.members[:4]:
            await uow.members.set_consent(world.channel.id, member.id, is_named=True)
        direct = await uow.workspaces.ensure_channel(world.workspace.id, "D1ANN", zone="Europe/Berlin")
        await uow.doses.set(ann.id, "wall-sit", Dose(40, NOON))
        await uow.keepers.set(world.channel.id, [others[0].id, ann.id])
        await uow.own_routines.put(world.workspace.id, "ours", "", member_id=ann.id, now=NOON)
        await uow.reactions.keep(EarlyReaction(world.channel.id, "9.9", ann, Support("reaction:muscle", True, LATER)))  # noqa: FBT003  # as in the domain
        base = Checkpoint(date(2026, 2, 23), Tally(Streak(3, 3, 5, 9), 2))
        await uow.streaks.keep_for_good(ann.id, world.channel.id, base)
        weeks = [(NOON.date() + number * WEEK, 4) for number in range(2)]
        for number, (week, _) in enumerate(weeks):
            listed = {member.id: Performance("", 1, 1, 1, 1) for member in world.members[:4]}
            figures = Figures(week, 4, 4, 1, tuple(weeks[: number + 1]), performances=listed)
            board_id = await uow.boards.add(world.channel.id, figures)
            await uow.boards.mark_posted(board_id or 0, "8.8")
        await uow.commit()
    break_id = 0
    for number in (0, 1, 2, 7, 8, 14):
        at = NOON + number * DAY
        break_id = await world.add_break(at, ts=f"{number}.1")
        await press(world, break_id, ann, at)
        async with world.uow() as uow:
            for member in others:
                where = (member.id, world.channel.id, at.date(), Support(BUTTON, is_on=True, event_at=at))
                await uow.breaks.record(*where, break_id=break_id, first_done_at=at)
            await uow.commit()
    await aways.go_away(world.uow, CATALOGUE, ann, Dates(LATER.date() + WEEK, LATER.date() + 2 * WEEK), LATER)
    await aways.set_weekdays(world.uow, ann, range(4), LATER)
    await schedules.add_schedule(world.uow, CATALOGUE, direct, OWN, keeper=ann, now=LATER)
    run = await runs.do_together(world.uow, CATALOGUE, Sight(break_id), ann, LATER)
    for member in others:
        await runs.press(world.uow, run.id, "join", member, LATER)
    await guides.open_guide(world.uow, Origin(world.workspace.team_id, "C1"), CATALOGUE.routine("neck"), ann, LATER)
    await reminders.remind(world.uow, Sight(await world.add_break(LATER, ts="r.1")), ann, LATER)
    return ann, direct


async def leave_a_pause(world: World, member: Member) -> None:
    async with world.uow() as uow:
        await uow.workspaces.update_channel(world.channel.id, keeper_id=member.id)
        await uow.keepers.set(world.channel.id, [world.members[1].id, member.id])
        await uow.pauses.add(world.channel.id, Pause(NOON, LATER, PausedBecause.KEEPER), member_id=member.id)
        another = await uow.workspaces.ensure_channel(world.workspace.id, "C2")
        await uow.keepers.set(another.id, [world.members[1].id, member.id])
        await uow.own_routines.put(world.workspace.id, "ours", "toml", member_id=member.id, now=NOON)
        await uow.commit()


async def test_a_person_gets_every_row_that_is_held_about_them(world: World) -> None:
    ann, _ = await lived(world)
    await leave_a_pause(world, ann)
    await own_routines.accept(world.uow, CATALOGUE, world.workspace.team_id, SWAY.encode(), member=ann, now=NOON)
    document = await privacy.write_down(world.uow, ann, LATER)
    told = json.loads(document.text)
    assert document.name == "limber-2026-03-16.json"
    assert told["you"][0]["name"] == NAME
    async with world.uow() as uow:
        rows = (await uow.privacy.held(ann.id)).rows
    assert {table.name for table, _ in columns_of_people()} <= {name for name, found in rows.items() if found}, (
        "of every table that knows people something was there to be found"
    )
    assert len(told["breaks and runs you did"]) == 6
    done = told["breaks and runs you did"][0]
    assert (done["channel"], done["break"]) == ("C1 design", "wall-sit, 2026-03-02 12:00 UTC")
    assert done["because of"] == [{"what": "button", "on": True, "at": "2026-03-02 12:00:00+00:00"}]
    assert told["schedules of your own"][0]["times"] == ["10:00"]
    assert "Person 2" not in document.text


async def boards_of(world: World) -> list[Any]:
    weeks = (NOON.date(), NOON.date() + WEEK, NOON.date() + 2 * WEEK)
    async with world.uow() as uow:
        return [await boards.gather(uow, world.channel, week) for week in weeks]


async def test_after_being_forgotten_nothing_tells_who_it_was_and_the_totals_stay(world: World) -> None:
    ann, _ = await lived(world)
    await leave_a_pause(world, ann)
    before = await boards_of(world)
    await privacy.forget(world.uow, ann, LATER)
    after = await boards_of(world)
    assert [(each.breaks_done, each.people) for each in before] == [(12, 4), (8, 4), (4, 4)]
    assert [(each.breaks_done, each.people) for each in after] == [(12, 4), (8, 4), (3, 3)], "today's was open"
    assert [each.weekly_totals[:2] for each in after] == [each.weekly_totals[:2] for each in before]
    kept = await everything(world.engine)
    assert {NAME, "U1", "D1ANN", "Asia/Tokyo"}.isdisjoint(words_of(kept))
    for table, column in columns_of_people():
        mine = [row for row in kept[table.name] if row[column.name] == ann.id]
        assert mine == [] or table.name == "runs", f"{table.name}.{column.name}"
    assert [row["is_joint"] for row in kept["runs"]] == [True], "others were in it"
    assert all(ann.id not in row["named"] for row in kept["boards"])
    assert all(str(ann.id) not in row["figures"]["performances"] for row in kept["boards"])


def words_of(found: Any) -> set[str]:
    """List every text that stands anywhere in the rows, also within lists and documents."""
    if isinstance(found, dict):
        return {word for each in found.items() for part in each for word in words_of(part)}
    if isinstance(found, list):
        return {word for each in found for word in words_of(each)}
    return {found} if isinstance(found, str) else set()


async def test_within_a_week_nobody_is_still_one_person_and_beyond_it_there_is_no_thread(world: World) -> None:
    ann, _ = await lived(world)
    await privacy.forget(world.uow, ann, LATER)
    rows = await world.rows(ParticipationRow, "member_id", "local_date", "stand_in", "first_done_at", "run_id")
    nobody = [row for row in rows if row[0] is None]
    assert [row[1].isoformat() for row in nobody] == [f"2026-03-{day:02}" for day in (2, 3, 4, 9, 10)]
    assert len({row[2] for row in nobody[:3]}) == len({row[2] for row in nobody[3:]}) == 1
    assert len({row[2] for row in nobody}) == 2
    assert {row[3:] for row in nobody} == {(None, None)}


async def test_what_nobody_did_is_folded_like_everybody_elses(world: World) -> None:
    ann, _ = await lived(world)
    before = await boards_of(world)
    await privacy.forget(world.uow, ann, LATER)
    await retention.fold_old(world.uow, LATER + 60 * DAY, 40)
    assert await world.rows(ChannelWeekRow, "done", "people") == [(12, 4), (8, 4), (3, 3)]
    after = await boards_of(world)
    assert [(each.breaks_done, each.people) for each in after[:2]] == [
        (each.breaks_done, each.people) for each in before[:2]
    ]


async def test_the_boards_that_named_them_are_edited(world: World, courier: Courier) -> None:
    ann, _ = await lived(world)
    await privacy.forget(world.uow, ann, LATER)
    edits = [key for kind, key in await world.rows(OutboxRow, "kind", "key") if kind == "board_edit"]
    assert len(edits) == len(await world.rows(BoardRow, "id")) == 2
    await courier.deliver(LATER)
    shown = [ready.facts.board for ready in courier.said if isinstance(ready.facts, BoardMessage)]
    assert [len(each.standings) for each in shown] == [3, 3]
    assert NAME not in str(shown)


async def test_their_run_goes_on_without_them_and_others_may_lead_it(world: World, courier: Courier) -> None:
    ann, _ = await lived(world)
    ben = world.members[1]
    await privacy.forget(world.uow, ann, LATER)
    (joint,) = [run_id for run_id, is_joint in await world.rows(RunRow, "id", "is_joint") if is_joint]
    run = await runs.press(world.uow, joint, "start", ben, LATER)
    assert ann.id not in {each.member_id for each in run.members}
    await courier.deliver(LATER)
    await runs.press(world.uow, run.id, "skip", ben, LATER + timedelta(seconds=5))
    await courier.deliver(LATER + timedelta(seconds=5))
    assert [ready for ready in courier.said if NAME in str(ready)] == []


async def test_who_comes_back_starts_clean_and_counts_once_in_the_open_break(world: World) -> None:
    ann, _ = await lived(world)
    await privacy.forget(world.uow, ann, LATER)
    async with world.uow() as uow:
        again = await uow.members.ensure(world.workspace.id, "U1", name=NAME, zone="Europe/Berlin")
        await uow.commit()
    assert again.id != ann.id
    sight = Sight(6, "14.1")
    answer = await breaks.press_done(world.uow, sight, again, on=True, event_at=LATER, now=LATER)
    assert answer.is_first_ever
    assert answer.progress.streak.days == 1
    async with world.uow() as uow:
        assert await uow.breaks.count_done(6) == 4
        assert await uow.members.consent(world.channel.id, again.id) is None


async def test_forgetting_twice_at_once_is_forgetting_once(world: World) -> None:
    ann, _ = await lived(world)
    await asyncio.gather(*(privacy.forget(world.uow, ann, LATER) for _ in range(2)))
    assert (await boards_of(world))[0].people == 4


async def test_a_reminder_that_was_asked_for_never_comes(world: World, courier: Courier) -> None:
    ann, _ = await lived(world)
    assert "reminder" in await world.rows(OutboxRow, "kind")
    await privacy.forget(world.uow, ann, LATER)
    assert "reminder" not in await world.rows(OutboxRow, "kind")
    await courier.deliver(LATER)


async def test_somebody_unknown_stays_unknown(world: World) -> None:
    assert await privacy.find_member(world.uow, Caller("T1", "U999")) is None
    assert len((await everything(world.engine))["members"]) == 5

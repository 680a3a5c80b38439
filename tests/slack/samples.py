"""Every message, modal and Home tab that Limber can send, in many states and with awkward contents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from bot.domain import errors as domain_errors
from bot.domain.aways import Away
from bot.domain.boards import Board, BoardPlan, Record, Standing
from bot.domain.breaks import Answer, Break, Change, DoneHow, Prompt
from bot.domain.dates import Dates
from bot.domain.days import DayStory, Why
from bot.domain.doses import Offer
from bot.domain.greetings import Hello, Introduction, usual
from bot.domain.home import ChannelProgress, Home, HomeChannel
from bot.domain.keepers import ChannelSettings, Overview
from bot.domain.own_routines import Removed
from bot.domain.pauses import FellSilent, Pause, PausedBecause
from bot.domain.runs import ClosingCard, GoesOn, PauseNote, Run, RunMember, RunState, step_card
from bot.domain.schedules import Occurrence, Schedule, Serves
from bot.domain.streaks import Gap, Mark, Progress, Streak
from bot.domain.workspaces import Channel, Member, ScheduleRecord
from bot.slack.views import (
    alternatives,
    aways,
    boards,
    breaks,
    doses,
    errors,
    greetings,
    guides,
    help,  # noqa: A004  # our module's name
    home,
    keepers,
    own_routines,
    pauses,
    privacy,
    reminders,
    routines,
    runs,
    schedules,
    shortcuts,
    streaks,
    workspaces,
)
from bot.slack.views.parts import Message
from bot.slack.views.schedules import Asks, Preview
from routines.catalogue import default_catalogue
from routines.model import Exercise, Routine
from tests.slack.own_samples import PROBLEM, own_modals

CATALOGUE = default_catalogue()
LOWBACK = CATALOGUE.routine("lowback")
NOW = datetime(2026, 3, 3, 9, 25, tzinfo=UTC)
DAY, LAST_FRIDAY = timedelta(days=1), date(2026, 2, 27)
STOPPED_BECAUSE = ("not_in_channel", "channel_not_found", "is_archived", "restricted_action", "token_revoked")
AWAYS = (
    Dates(NOW.date(), None),
    Dates(date(2026, 3, 2), date(2026, 3, 9)),
    Dates(date(2026, 12, 24), date(2027, 1, 2)),
    Dates(date(2026, 2, 2), date(2026, 2, 9)),
    Dates(date(2026, 4, 1), None),
)
PICTURE = {"image_url": "https://limber.example/pictures/0123456789abcdef/wall-sit.png"}
UPLOADED = {"slack_file": {"id": "F0WALLSIT"}}
ZONE = "Europe/Berlin"
AWKWARD = ("Zoë <script> & Søn", "<!channel>", "李小龍", "A" * 80, "*bold* _it_ `code`", "@here", "O'Brien")
TWELVE = (*AWKWARD, "Anna", "Mei", "Jonas", "Priya", "Tomás")

CHANNEL = Channel(1, 1, "C0DESIGN", "design", ZONE, 1, None)
MEMBER = Member(1, 1, "U0ANNA", "Anna", ZONE)
WEEKDAYS = Schedule(frozenset(range(5)), (time(10, 25), time(14, 55)), ZONE, "lower-back")
EVERY_HOUR = replace(WEEKDAYS, weekdays=frozenset(range(7)), times=tuple(time(8 + each) for each in range(12)))
LONELY = replace(WEEKDAYS, weekdays=frozenset({6}), times=(time(0),), zone="America/Argentina/ComodRivadavia")
EVERYTHING = replace(
    WEEKDAYS,
    more_areas=("neck", "hips"),
    serves=Serves.ROTATION,
    whole_routine=True,
    holidays="DE-BY",
    days_off=(Dates(date(2026, 12, 24), date(2027, 1, 2)),),
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 12, 31),
    left_out=frozenset({"wall-sit", "gone"}),
)
STREAKS = (
    Streak(),
    Streak(1, 1, 1, 1),
    Streak(2, 2, 40, 41),
    Streak(3, 3, 3, 3),
    Streak(5, 5, 5, 5),
    Streak(12, 10, 23, 41),
    Streak(20, 6, 20, 60),
    Streak(150, 10, 150, 400),
)
OFFERS = [
    Offer(LOWBACK.exercises[0], 30, 35, 25),
    Offer(LOWBACK.exercises[0], 300, None, 290),
    Offer(LOWBACK.exercises[0], 10, None, None, NOW),
]


OWN = replace(CHANNEL, slack_id="D0ANNA")
DONE_HOW = DoneHow(NOW.date(), 2, NOW, ("button", "reaction:muscle", "run"))
DIARY = dict(zip((NOW.date() - number * DAY for number in range(20)), list(Mark) * 3, strict=False))


def standing_of(streak: Streak) -> ChannelProgress:
    return ChannelProgress(CHANNEL, Progress(streak, weeks=streak.days // 5), None, DIARY, NOW.date())


def prompt_of(exercise: Exercise, **changes: Any) -> Prompt:
    break_ = Break(41, 1, NOW, NOW.date(), exercise.id, LOWBACK.id, message_ts="1772529900.000100")
    return replace(Prompt(break_, exercise, LOWBACK, exercise.tips[0], ZONE), **changes)


def run_of(state: RunState, names: tuple[str, ...] = ("Anna",), **changes: Any) -> Run:
    members = tuple(RunMember(number, name, steps_done=2) for number, name in enumerate(names, start=1))
    run = Run(7, 1, 41, 1, LOWBACK, state, NOW, NOW + timedelta(minutes=1), thread_ts="1.2", members=members)
    return replace(run, **changes)


def guide_of(routine: Routine, position: int = 0) -> Run:
    members = (RunMember(1, "Anna", steps_done=position),)
    return run_of(RunState.RUNNING, routine=routine, step=position, members=members, is_joint=False)


def board_of(names: tuple[str, ...], **changes: Any) -> Board:
    standings = tuple(
        Standing(rank=1 + number // 2 * 2, name=name, current=90 - number // 2, best=100, kept=4, every_day=number < 3)
        for number, name in enumerate(names)
    )
    weeks = tuple((date(2026, 1, 5) + timedelta(weeks=number), 20 + number) for number in range(8))
    board = Board(date(2026, 2, 23), 34, 9, 4, standings, 0, weeks)
    return replace(board, **changes)


PAUSES = tuple(
    Pause(NOW + begins * DAY, None if lasts is None else datetime(2026, 3, 3 + begins + lasts, 23, tzinfo=UTC), why)
    for begins, lasts in ((0, 0), (0, 14), (0, None), (2, 0), (2, 5), (2, None))
    for why in (PausedBecause.KEEPER, PausedBecause.AWAY)
)


def held() -> Iterator[tuple[str, ScheduleRecord, Pause | None]]:
    """Yield schedules that are due, and what else there is to be said of them."""
    for channel in (CHANNEL, OWN):
        due = replace(record_of(WEEKDAYS), channel=channel)
        over = replace(due, next_due_at=None)
        yield f"due {channel.slack_id}", due, None
        yield f"over {channel.slack_id}", over, None
        yield f"stopped {channel.slack_id}", replace(over, channel=replace(channel, stopped_because="x")), None
        for each in PAUSES:
            yield f"held {channel.slack_id} {each}", over, each


def record_of(schedule: Schedule, number: int = 3) -> ScheduleRecord:
    return ScheduleRecord(number, CHANNEL, schedule, None if schedule.paused else NOW, 4)


def _interruptions() -> Iterator[tuple[str, Message]]:
    """Yield what interrupts a run: pauses, and the loss of its place."""
    paused = replace(run_of(RunState.PAUSED), paused_by=AWKWARD[0], remaining=timedelta(seconds=20), thread_ts="1.2")
    yield "paused", runs.paused(PauseNote(paused, ZONE))
    for seconds in (0, 1, 20):
        yield f"goes on {seconds}", runs.goes_on(GoesOn(paused, seconds, NOW, ZONE))
    for each in (paused, replace(paused, step=-1), replace(paused, thread_ts=None)):
        for flag in (False, True):
            yield f"gone {each.step} {flag}", runs.gone(each, "C0DESIGN", is_counted=flag, can_post=not flag)


def messages() -> Iterator[tuple[str, Message]]:
    """Yield a name and a message for every state of every message."""
    for exercise in CATALOGUE.exercises:
        for number, tip in enumerate(exercise.tips):
            yield f"prompt {exercise.id}, tip {number}", breaks.prompt(prompt_of(exercise, tip=tip), PICTURE)
        for done in (0, 2, 3):
            folded = prompt_of(exercise, is_over=True, done=done)
            yield f"prompt {exercise.id}, folded, {done}", breaks.prompt(folded, PICTURE)
        yield f"prompt {exercise.id}, bare", breaks.prompt(prompt_of(exercise), None)
        yield f"prompt {exercise.id}, uploaded", breaks.prompt(prompt_of(exercise, done=312), UPLOADED)
    yield "prompt, run on", breaks.prompt(prompt_of(LOWBACK.exercises[0], is_on=True, done=4), PICTURE)
    yield from _alternatives()
    for names in (("Anna",), TWELVE):
        lobby = run_of(RunState.LOBBY, names)
        yield f"prompt, lobby of {len(names)}", breaks.prompt(prompt_of(LOWBACK.exercises[0], lobby=lobby), PICTURE)
        for state in RunState:
            yield f"lobby {state} of {len(names)}", runs.lobby(replace(lobby, state=state), ZONE)
            closing = ClosingCard(replace(lobby, state=state, step=3), 412, NOW if names == TWELVE else None, ZONE)
            yield f"closing {state} of {len(names)}", runs.closing(closing)
    nobody = run_of(RunState.STOPPED, (), step=-1)
    yield "closing of nobody", runs.closing(ClosingCard(nobody, 20, None, ZONE))
    for step in range(len(LOWBACK.steps())):
        yield f"step {step}", runs.step(step_card(run_of(RunState.RUNNING), step, NOW, ZONE), PICTURE)
    yield from _guides()
    yield from _interruptions()
    yield "routine removed", own_routines.removed(Removed("Our <sway>", (CHANNEL, OWN), "UANNA"))
    yield "nobody came", runs.nobody_came(run_of(RunState.ALONE))
    for verb in ("join", "leave", "start", "decline", "resume", "skip", "stop", "pause"):
        yield f"pressed {verb}", runs.pressed(run_of(RunState.PAUSED), verb, ZONE)
    yield from _answers()
    yield from _board_messages()
    yield from _commands()
    yield from _errors()
    told = Introduction("C0DESIGN", (record_of(WEEKDAYS),), "Zoë <script> & Søn", ("tada",))
    yield "introduction", greetings.introduction(told)
    yield from _pauses()
    yield from _greetings()
    for said in (privacy.ask, privacy.stays, privacy.erased, privacy.nothing_held, privacy.on_its_way):
        yield said.__name__, said()
    yield from _aways()
    long = replace(told, records=(record_of(EVERY_HOUR),), keeper_name="A" * 80)
    yield "introduction of 12 times", greetings.introduction(long)


def _alternatives() -> Iterator[tuple[str, Message]]:
    for exercise in CATALOGUE.exercises:
        yield f"instead {exercise.id}", alternatives.exercise(exercise, 41, PICTURE, another=True)
        yield f"moving {exercise.id}", alternatives.exercise(exercise, 41, None)
        yield f"seated {exercise.id}", alternatives.seated(exercise, 41)
        yield f"reminder {exercise.id}", reminders.reminder(prompt_of(exercise), PICTURE)
    for is_new, is_done in ((True, False), (False, False), (False, True)):
        yield f"reminder asked {is_new} {is_done}", reminders.asked(NOW, ZONE, is_new=is_new, is_done=is_done)


def _guides() -> Iterator[tuple[str, Message]]:
    for step in range(len(LOWBACK.steps())):
        for picture in (None, PICTURE, UPLOADED):
            direct = guides.direct_guide(guide_of(LOWBACK, step), picture)
            yield f"direct guide {step} {picture and next(iter(picture))}", direct
        yield f"guided, {step}", guides.finished(guide_of(LOWBACK, step), OFFERS, ZONE)
        yield f"put aside after {step}", guides.put_aside(guide_of(LOWBACK, step))
    for number, offered in enumerate(OFFERS):
        yield f"dose chosen {number}", doses.chosen(offered)


def _pauses() -> Iterator[tuple[str, Message]]:
    own = replace(CHANNEL, slack_id="D0ANNA")
    following = Occurrence(NOW, NOW.date())
    for name, channel in (("channel", CHANNEL), ("own", own)):
        for each in PAUSES:
            yield f"paused, {name}, {each}", pauses.paused(channel, [each], following, None, NOW.date())
            yield f"paused, {name}, {each} too", pauses.paused(channel, PAUSES[:1], None, each, NOW.date())
            yield f"resumed, {name}, {each}", pauses.resumed(channel, None, each, (), NOW.date())
        yield f"resumed, {name}", pauses.resumed(channel, following, None, (), NOW.date())
        yield f"resumed, {name}, taken back", pauses.resumed(channel, following, None, PAUSES, NOW.date())
        for stopped in (None, "is_archived"):
            over = replace(channel, stopped_because=stopped)
            yield f"resumed, {name}, nothing follows {stopped}", pauses.resumed(over, None, None, (), NOW.date())
    yield "fell silent", pauses.fell_silent(FellSilent("C0DESIGN"))
    for zone in (ZONE, "Pacific/Apia"):
        yield f"upcoming, {zone}", pauses.upcoming(CHANNEL, [following] * 5, zone, NOW.date())
    yield "upcoming, nothing", pauses.upcoming(CHANNEL, [], ZONE, NOW.date())
    for exercise in LOWBACK.exercises[:1]:
        shown = prompt_of(exercise)
        whole = replace(shown, break_=replace(shown.break_, whole_routine=True))
        yield "prompt of a routine", breaks.prompt(whole, PICTURE)
        yield "prompt for one", breaks.prompt(replace(shown, is_direct=True, done=3), PICTURE)
    progress = Progress(Streak(1, 1, 1, 1), (NOW.date(),))
    yield (
        "first ever, own",
        breaks.answer(Answer(Change.COUNTED, 41, "D0ANNA", progress, NOW, ZONE, is_first_ever=True)),
    )


def _greetings() -> Iterator[tuple[str, Message]]:
    for name in ("Anna", ""):
        yield f"hello, {name}", greetings.hello(Hello("C0DESIGN", name, usual(ZONE)))
    for records in ((EVERYTHING,), (WEEKDAYS, EVERY_HOUR, LONELY), ()):
        for reactions in (ChannelSettings().reactions, ("tada",), ("tada", "muscle"), ()):
            kept = tuple(record_of(each) for each in records)
            told = Introduction("C0DESIGN", kept, "Anna", reactions)
            yield f"introduction of {len(records)}, {len(reactions)}", greetings.introduction(told)
    nobody = Introduction("C0DESIGN", (record_of(WEEKDAYS),), "", ())
    yield "introduction of the operator's", greetings.introduction(nobody)
    for name, record, held_by in held():
        yield f"started, {name}", greetings.started(record, held_by, NOW.date())
    yield "there already", greetings.there_already("C0DESIGN")


def _aways() -> Iterator[tuple[str, Message]]:
    for number, dates in enumerate(AWAYS):
        yield f"away {number}", aways.went_away(dates, 7, NOW.date())
        yield f"left out {number}", aways.left_out(dates, STREAKS[number], NOW.date())
    yield "back", aways.came_back(None, NOW.date())
    yield "back after a week", aways.came_back(AWAYS[3], NOW.date())
    for was_there in (True, False):
        yield f"away days cancelled {was_there}", aways.cancelled(was_there=was_there)
    for streak in STREAKS[:2]:
        yield f"carried on {streak.current}", aways.carried_on(streak)


def _answers() -> Iterator[tuple[str, Message]]:
    week = (date(2026, 3, 2), date(2026, 3, 3))
    covered: tuple[date, ...]
    for number, streak in enumerate(STREAKS):
        for covered, missed in (((), 0), ((LAST_FRIDAY,), 1), ((), 9), ((LAST_FRIDAY - DAY, LAST_FRIDAY), 2)):
            gap = Gap(missed, LAST_FRIDAY - missed * DAY, LAST_FRIDAY)
            progress = Progress(streak, week, covered, gap)
            for change in Change:
                given = Answer(change, 41, "C0DESIGN", progress, NOW, ZONE)
                name = f"answer {change}, streak {number}, {len(covered)} covered, gap {missed}"
                yield name, breaks.answer(given)
                yield f"{name}, stopped", breaks.answer(replace(given, stopped_because="not_in_channel"))
                for dates in AWAYS:
                    yield f"{name}, away {dates.last}", breaks.answer(replace(given, away=dates))
    milestone = Answer(Change.COUNTED, 41, "C0DESIGN", Progress(Streak(5, 5, 5, 5), week), NOW, ZONE)
    yield "first milestone", breaks.answer(replace(milestone, may_be_asked_for_name=True))
    first = Answer(Change.COUNTED, 41, "C0DESIGN", Progress(Streak(1, 1, 1, 1), week), NOW, ZONE, is_first_ever=True)
    yield "first ever", breaks.answer(first)
    for reason in STOPPED_BECAUSE:
        yield f"first ever, {reason}", breaks.answer(replace(first, stopped_because=reason))
        yield f"stopped, {reason}", workspaces.stopped("C0DESIGN", reason)
    yield "tries again", workspaces.tries_again([record_of(WEEKDAYS)])
    yield "tries again, paused", workspaces.tries_again([replace(record_of(WEEKDAYS), next_due_at=None)])
    for count in (2, 3, 4, 5, 6, 12):
        again = replace(first, is_first_ever=False, breaks_today=count)
        yield f"{count} today", breaks.answer(again)
    for is_named in (True, False):
        yield f"consent {is_named}", breaks.consent("C0DESIGN", is_named=is_named)


def _board_messages() -> Iterator[tuple[str, Message]]:
    states = {
        "ten ranks with ties": board_of(TWELVE, more=23),
        "nobody named": board_of(()),
        "first week": board_of(TWELVE[:3], weekly_totals=((date(2026, 2, 23), 34),)),
        "best week": board_of(TWELVE[:3], breaks_done=90),
        "two people": board_of((), people=2),
        "one break by one person": board_of((), people=1, breaks_done=1, break_days=1),
        "missed by us": board_of(TWELVE[:4], missed_by_us=(NOW, NOW + timedelta(hours=5))),
        "all missed": board_of(TWELVE[:4], missed_by_us=tuple(NOW + timedelta(days=each) for each in range(5))),
        "across months": board_of((), week=date(2026, 3, 30)),
    }
    for name, board in states.items():
        for board_id in (None, 12):
            message = boards.weekly(
                board, board_id=board_id, channel_name="design", channel_slack_id="C0DESIGN", zone=ZONE
            )
            yield f"board, {name}, {board_id}", message
    records = [(1 + number // 2, Record(name, 50 - number, 400)) for number, name in enumerate(TWELVE)]
    for more in (0, 23):
        yield f"all time, {more} more", boards.all_time(records, more, channel_name="design")
    yield "all time, nobody named", boards.all_time((), 0, channel_name="design")
    for plan in (BoardPlan(), BoardPlan(weekday=3), BoardPlan(is_on=False)):
        yield f"no board of last week, {plan}", boards.none_of_last_week("C0DESIGN", plan)
    for kept, rank in ((0, None), (1, 1), (4, 2), (5, 13), (5, 21), (5, None)):
        yield f"own week {kept} {rank}", boards.own_week(kept, 5, 18, rank, is_named=False)
        yield f"own week {kept} {rank}, named", boards.own_week(kept, 5, 18, rank, is_named=True)


def _commands() -> Iterator[tuple[str, Message]]:
    many = tuple(LOWBACK.model_copy(update={"id": f"routine-{number}"}) for number in range(9))
    yield "help", help.help_message(CATALOGUE.routines, "C0DESIGN")
    yield "help with nine routines", help.help_message(many, "C0DESIGN")
    yield "help with none", help.help_message((), "C0DESIGN")
    for word in ("lowbak", "<!channel>", "x" * 3000, "&&&", "`*_"):
        for nearest in (None, "lowback", "n" * 60):
            yield f"unknown {word[:9]} {nearest and nearest[:9]}", help.unknown_word(word, nearest, "C0DESIGN")
    yield "unknown command", help.unknown_command("<!channel>", "setup")
    yield "started", help.started()
    yield "no days", streaks.my_days([])
    standings = [standing_of(streak) for streak in STREAKS]
    named = [
        replace(each, is_named=True, channel=channel) for each, channel in zip(standings, (CHANNEL, OWN), strict=False)
    ]
    yield "my days", streaks.my_days([*standings, *named], OFFERS)
    yield "my days in 60 channels", streaks.my_days(standings[-1:] * 60)
    stories = tuple(
        DayStory(NOW.date() - number * DAY, mark, (DONE_HOW,) * (number % 3), (NOW,) * (number % 2), number % 4 == 0)
        for number, mark in enumerate([*Mark, None] * 4)
    )
    for channel in (CHANNEL, OWN):
        yield (
            f"why {channel.slack_id}",
            streaks.why(Why(channel, standings[5].progress, stories[:30]), ZONE, NOW.date()),
        )
        yield f"why nothing {channel.slack_id}", streaks.why(Why(channel, Progress(Streak()), ()), ZONE, NOW.date())
    for place in routines.Place:
        for picture in (None, PICTURE, UPLOADED):
            card = routines.card(LOWBACK, picture, channel_slack_id="C0DESIGN", place=place)
            yield f"card {place.name} {picture and next(iter(picture))}", card


def refusals() -> list[domain_errors.Refusal]:
    """List one of every refusal."""
    return [
        domain_errors.BreakClosed(date(2026, 3, 2)),
        domain_errors.BreakUnknown(),
        domain_errors.RunOver(),
        domain_errors.NotInRun(),
        domain_errors.NotInRun(7),
        domain_errors.GuideOver(0, 0),
        domain_errors.GuideOver(2, 5),
        domain_errors.NotTheStarter(AWKWARD[0]),
        domain_errors.RunTooSoon(1, "neck"),
        domain_errors.RunTooSoon(29, "lowback"),
        domain_errors.RunIsOn(7, "lowback"),
        domain_errors.NotTheKeeper(AWKWARD[0]),
        domain_errors.NotAFullMember(),
        domain_errors.NotInTheChannel(),
        domain_errors.SentJustNow(3),
        domain_errors.NotAChannel(),
        domain_errors.NotAMember("C0DESIGN"),
        domain_errors.ScheduleGone(),
        *(domain_errors.ChannelStopped("C0DESIGN", reason) for reason in STOPPED_BECAUSE),
        domain_errors.RoutineWrong((PROBLEM, PROBLEM)),
        domain_errors.TooManyRoutines(12),
        domain_errors.RoutineGone(),
        domain_errors.NotAnAdmin(),
        domain_errors.ScheduleChanged(3),
        domain_errors.InvalidInput("times", "I couldn't read '<!here>' as a time. Try 10:25, 14:55."),
    ]


def _errors() -> Iterator[tuple[str, Message]]:
    for refused in refusals():
        yield f"refusal {type(refused).__name__}", errors.refusal(refused)
    for sentence in (
        errors.DATABASE_AWAY,
        errors.UNEXPECTED,
        errors.NOT_OPENED,
        errors.GUIDED_DIRECTLY,
        errors.UNKNOWN_BUTTON,
    ):
        yield f"failure {sentence[:20]}", errors.failure(sentence)


FOLLOWING = tuple(Occurrence(NOW + number * DAY, NOW.date() + number * DAY) for number in range(5))


def _set_up() -> Iterator[tuple[str, dict[str, Any]]]:
    paused = replace(WEEKDAYS, paused=True)
    previews = {
        "usual": Preview(FOLLOWING, "Asia/Kolkata", NOW.date()),
        "nothing": Preview((), ZONE, NOW.date()),
        "problems": Preview((), ZONE, NOW.date(), ("I couldn't read '<!here>' as a time.",)),
        "many": Preview(FOLLOWING, ZONE, NOW.date(), (), (schedules.many(EVERY_HOUR),)),
    }
    for name, schedule in (
        ("usual", WEEKDAYS),
        ("paused", paused),
        ("hourly", EVERY_HOUR),
        ("all", EVERYTHING),
        ("lonely", LONELY),
        ("night", replace(WEEKDAYS, times=(time(2), time(22)), day_starts_at=time(5))),
    ):
        form = partial(schedules.form, schedule, CATALOGUE.routines, channel_slack_id="C0DESIGN")
        yield f"set-up, {name}", form(record=record_of(schedule), notice="Changed.")
        yield f"set-up, new, {name}", form(record=None, asks=Asks(day=True, more=True))
        for kind, preview in previews.items():
            yield f"set-up, {name}, {kind}", form(record=None, preview=preview)
        yield f"saved, {name}", schedules.notice(schedules.saved(record_of(schedule), None, NOW.date()))
    for name, record, held_by in held():
        yield f"saved, {name}", schedules.notice(schedules.saved(record, held_by, NOW.date()))
        yield f"resumed, {name}", schedules.notice(schedules.resumed(record, held_by, NOW.date()))
    nothing = replace(WEEKDAYS, weekdays=frozenset(), area="gone")
    yield "set-up, nothing", schedules.form(nothing, CATALOGUE.routines, channel_slack_id="C0DESIGN", record=None)
    yield "set-up, own", schedules.form(WEEKDAYS, CATALOGUE.routines, channel_slack_id="D0ANNA", record=None)


def _channels() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "which channel", keepers.choose()
    keeper = replace(MEMBER, name=AWKWARD[0])
    shown = Overview(CHANNEL, (), (keeper,) * 3, FOLLOWING, "Asia/Kolkata", NOW.date(), may_change=True)
    for channel in (CHANNEL, OWN, *(replace(CHANNEL, stopped_because=each) for each in STOPPED_BECAUSE)):
        for may_change in (True, False):
            for count in (1, 3, 40):
                records = tuple(
                    record_of(EVERYTHING if number else replace(WEEKDAYS, paused=True), number)
                    for number in range(count)
                )
                shown = replace(shown, channel=channel, records=records, may_change=may_change)
                yield f"overview {channel.slack_id} {may_change} {count}", keepers.overview(shown, "Saved.")
                rests = keepers.overview(replace(shown, pauses=PAUSES))
                yield f"overview {channel.slack_id} {may_change} {count} paused", rests
        quiet = replace(shown, following=(), keepers=(), may_change=True)
        yield f"overview {channel.slack_id} quiet", keepers.overview(quiet)
    for plan in (BoardPlan(), BoardPlan(is_on=False), BoardPlan(weekday=6, at=time(16, 30))):
        chosen = ChannelSettings(("tada",) * (plan.weekday > 0), plan)
        yield f"settings {plan.weekday} {plan.is_on}", keepers.settings(CHANNEL, chosen, [MEMBER])


def modals() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a name and a view for every state of every modal."""
    yield from _set_up()
    yield from _channels()
    yield "weekdays", aways.weekdays_modal(())
    yield "weekdays, part-time", aways.weekdays_modal(((NOW.date(), frozenset({0, 1, 3})),))
    yield "away days", aways.away_modal()
    yield "notice", schedules.notice("Deleted.")
    yield "shortcut", shortcuts.modal(LOWBACK, CATALOGUE.routines, PICTURE)
    yield from own_modals()
    for _, message in _errors():
        yield f"notice {message.text[:20]}", schedules.notice(message.text)
    carried = {"run": 7, "channel": "C0DESIGN"}
    for position in range(len(LOWBACK.steps())):
        for picture in (None, PICTURE, UPLOADED):
            view = guides.guide(guide_of(LOWBACK, position), picture, carried)
            yield f"guide {position} {picture and next(iter(picture))}", view
        yield f"guide ended after {position}", guides.finished_modal(guide_of(LOWBACK, position), OFFERS, ZONE)
    for exercise in LOWBACK.exercises:
        own = guide_of(LOWBACK.only(exercise))
        yield f"guide through {exercise.id}", guides.guide(own, PICTURE, carried)


def homes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a name and a Home tab in many states."""
    yield "empty", home.home(Home(MEMBER, (), NOW.date()))
    yield "empty, with direct messages", home.home(Home(replace(MEMBER, direct_slack_id="D0ANNA"), (), NOW.date()))
    yield "stills", home.home(Home(replace(MEMBER, wants_stills=True), (), NOW.date()))
    exercise = LOWBACK.exercises[0]
    shown = HomeChannel(
        standing_of(STREAKS[5]),
        prompt_of(exercise).break_,
        exercise,
        is_done=False,
        next_due_at=NOW,
        schedules=(record_of(WEEKDAYS),),
    )
    states = {
        "open": shown,
        "done": replace(shown, is_done=True),
        "named": replace(shown, standing=replace(shown.standing, is_named=True)),
        "nothing open": replace(shown, open_break=None, exercise=None),
        "exercise gone": replace(shown, exercise=None),
        "paused": replace(shown, schedules=(record_of(replace(WEEKDAYS, paused=True)),), next_due_at=None),
        "twelve times": replace(shown, schedules=(record_of(EVERY_HOUR), record_of(LONELY, 4))),
        "own": replace(shown, standing=replace(shown.standing, channel=OWN)),
        "others' channel": replace(shown, schedules=()),
    }
    for name, state in states.items():
        yield name, home.home(Home(MEMBER, (state,), NOW.date()))
    for number, streak in enumerate(STREAKS):
        yield f"streak {number}", home.home(Home(MEMBER, (replace(shown, standing=standing_of(streak)),), NOW.date()))
    yield "five channels", home.home(Home(MEMBER, (*list(states.values())[:5],), NOW.date()))
    little = frozenset({"chat:write", "files:write"})
    yield "thirty channels, little granted", home.home(Home(MEMBER, (shown,) * 30, NOW.date(), granted=little))
    part_time = replace(MEMBER, weekdays=((NOW.date(), frozenset({0, 1, 3})),))
    away = tuple(Away(number, each) for number, each in enumerate(AWAYS))
    yield "away", home.home(Home(part_time, (shown,), NOW.date(), away))
    choosy = replace(MEMBER, seated_first=True, no_equipment=True)
    yield "choices", home.home(Home(choosy, (states["own"],), NOW.date(), doses=tuple(OFFERS)))

"""Every table: one row a break, an outbox with lease and intent, participations with their supports."""

from datetime import date, time
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import OFTEN_CHANGED, Base, Id, Instant, Key


class WorkspaceRow(Base):
    """A Slack workspace. Before `edit_at` and `look_up_at` (database's clock) it gets none of these calls.

    Until `post_at` it has had the `posts_in_burst` posts of its latest `burst`, of which `posts_answered` are over.
    `upload_at` is the same as `edit_at` for pictures, and the lease of the process that uploads one.
    `scopes` are those granted, separated by commas. From `uninstalled_at` on it is only kept for a re-install.
    """

    __tablename__ = "workspaces"
    __table_args__ = OFTEN_CHANGED

    id: Mapped[Id]
    team_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    app_user_id: Mapped[str] = mapped_column(String(32), default="")
    app_bot_id: Mapped[str] = mapped_column(String(32), default="")
    post_at: Mapped[Instant] = mapped_column(server_default=text("'2000-01-01 00:00:00.000000'"))
    burst: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    posts_in_burst: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    posts_answered: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    edit_at: Mapped[Instant] = mapped_column(server_default=text("'2000-01-01 00:00:00.000000'"))
    look_up_at: Mapped[Instant] = mapped_column(server_default=text("'2000-01-01 00:00:00.000000'"))
    upload_at: Mapped[Instant] = mapped_column(server_default=text("'2000-01-01 00:00:00.000000'"))
    installed_at: Mapped[Instant | None]
    uninstalled_at: Mapped[Instant | None]
    scopes: Mapped[str] = mapped_column(String(1000), default="", server_default="")


class ChannelRow(Base):
    """A channel: its zone, who looks after it, when its board is due. `post_at` paces posts on the database's clock.

    `stopped_because` holds the Slack error that stopped its schedules, or null. Before `day_starts_at` it is still the
    date before. `silence_due_on` is the first local date on which its breaks could have been unused for too long.
    """

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_id"), OFTEN_CHANGED)

    id: Mapped[Id]
    workspace_id: Mapped[Key] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    slack_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200), default="")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    keeper_id: Mapped[Key | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    board_due_at: Mapped[Instant | None] = mapped_column(index=True)
    stopped_because: Mapped[str | None] = mapped_column(String(64))
    post_at: Mapped[Instant] = mapped_column(server_default=text("'2000-01-01 00:00:00.000000'"))
    day_starts_at: Mapped[time] = mapped_column(default=time(0), server_default=text("'00:00:00.000000'"))
    silence_due_on: Mapped[date | None]


class MemberRow(Base):
    """A person in a workspace: name and zone from Slack; `learned_at` is when Slack last told them, null if never.

    `wants_stills`, `seated_first` and `no_equipment` are their choices of what they are shown; `home_at` is when they
    opened their Home last, `direct_slack_id` where their direct messages with the app are. `weekdays` holds the
    working weekdays they chose, as pairs of the ISO date of the choice and a list (0 is Monday). `kind`
    says what they are to the workspace: a full member, a guest, deactivated.
    """

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_id"),)

    id: Mapped[Id]
    workspace_id: Mapped[Key] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    slack_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200), default="")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    learned_at: Mapped[Instant | None]
    wants_stills: Mapped[bool] = mapped_column(default=False, server_default=false())
    seated_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    no_equipment: Mapped[bool] = mapped_column(default=False, server_default=false())
    home_at: Mapped[Instant | None]
    direct_slack_id: Mapped[str] = mapped_column(String(32), default="", server_default="")
    weekdays: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    kind: Mapped[str] = mapped_column(String(16), default="full", server_default="full")


class AwayRow(Base):
    """Local dates on which a person is away, both included; `last_on` is null until they are back."""

    __tablename__ = "aways"

    id: Mapped[Id]
    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date | None]


class StreakRow(Base):
    """A person's streak in a channel folded over all dates before `until`, a Monday; gone when one of them changes.

    `missed` break days, from `missed_first` to `missed_last`, came after the newest kept one.
    """

    __tablename__ = "streaks"

    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True, index=True)
    until: Mapped[date]
    current: Mapped[int]
    reserve: Mapped[int]
    best: Mapped[int]
    days: Mapped[int]
    weeks: Mapped[int]
    missed: Mapped[int]
    missed_first: Mapped[date | None]
    missed_last: Mapped[date | None]


class ConsentRow(Base):
    """Whether a person wants their name on a channel's board; no row is no."""

    __tablename__ = "consents"

    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_named: Mapped[bool]


class PauseRow(Base):
    """A time in which a channel gets nothing, kept for ever; `until` is null for good, `member_id` for the app itself.

    A channel falls silent once at a time, whichever process notices.
    """

    __tablename__ = "pauses"
    __table_args__ = (
        Index(None, "channel_id", "until"),
        Index(
            "uq_pauses_silent",
            "channel_id",
            unique=True,
            sqlite_where=text("why = 'silent' AND until IS NULL"),
            postgresql_where=text("why = 'silent' AND until IS NULL"),
        ),
    )

    id: Mapped[Id]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    since: Mapped[Instant]
    until: Mapped[Instant | None]
    member_id: Mapped[Key | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    why: Mapped[str] = mapped_column(String(16))


class ScheduleRow(Base):
    """When and what a channel gets; `next_due_at` (UTC) is null while paused. `version` refuses stale edits.

    `days_off` holds pairs of ISO dates, both included, `left_out` ids of exercises; `routine_id` may be gone.
    """

    __tablename__ = "schedules"

    id: Mapped[Id]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    weekdays: Mapped[list[int]]
    times: Mapped[list[str]]
    area: Mapped[str] = mapped_column(String(32))
    more_areas: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    serves: Mapped[str] = mapped_column(String(16), default="fixed", server_default="fixed")
    whole_routine: Mapped[bool] = mapped_column(default=False, server_default=false())
    holidays: Mapped[str] = mapped_column(String(16), default="", server_default="")
    days_off: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    left_out: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    routine_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    paused: Mapped[bool] = mapped_column(default=False)
    next_due_at: Mapped[Instant | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]


class BreakRow(Base):
    """One occurrence in a channel, at most one an instant. `local_date` stays when the zone changes.

    `position` counts what the channel was served of one pool, `drawn_from`.
    """

    __tablename__ = "breaks"
    __table_args__ = (
        UniqueConstraint("channel_id", "due_at"),
        Index(None, "channel_id", "local_date"),
        Index(
            None,
            "channel_id",
            "message_ts",
            sqlite_where=text("message_ts IS NOT NULL"),
            postgresql_where=text("message_ts IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    due_at: Mapped[Instant]
    local_date: Mapped[date]
    exercise_id: Mapped[str] = mapped_column(String(64))
    routine_id: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(16))
    message_ts: Mapped[str | None] = mapped_column(String(32))
    posted_at: Mapped[Instant | None]
    counts: Mapped[bool] = mapped_column(default=False)
    whole_routine: Mapped[bool] = mapped_column(default=False, server_default=false())
    drawn_from: Mapped[str] = mapped_column(String(80), default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class RunRow(Base):
    """One performance of a routine, joint or private; `routine` is the version it began with."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "channel_id", "started_at"),)

    id: Mapped[Id]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    break_id: Mapped[Key | None] = mapped_column(ForeignKey("breaks.id", ondelete="CASCADE"), index=True)
    live_break_id: Mapped[Key | None] = mapped_column(unique=True)
    starter_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    is_joint: Mapped[bool]
    routine: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    step: Mapped[int]
    started_at: Mapped[Instant]
    next_at: Mapped[Instant]
    remaining_seconds: Mapped[float] = mapped_column(default=0)
    paused_by: Mapped[str | None] = mapped_column(String(200))
    thread_ts: Mapped[str | None] = mapped_column(String(32))


class RunMemberRow(Base):
    """Someone in a run, and how many steps ended while they were in it."""

    __tablename__ = "run_members"

    run_id: Mapped[Key] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined_order: Mapped[int]
    steps_done: Mapped[int] = mapped_column(default=0)
    has_left: Mapped[bool] = mapped_column(default=False)


class DoseRow(Base):
    """A person's own hold of an exercise that grows, in seconds, and when they last changed it."""

    __tablename__ = "doses"

    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    exercise_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seconds: Mapped[int]
    changed_at: Mapped[Instant]


class ParticipationRow(Base):
    """One person did one break, or one run outside breaks; `is_done` is derived from its supports.

    Who had themselves forgotten leaves `member_id` null: `stand_in` is then the same number within a channel and week
    alone, so that people can still be counted.
    """

    __tablename__ = "participations"
    __table_args__ = (
        UniqueConstraint("member_id", "break_id"),
        UniqueConstraint("member_id", "run_id"),
        # With all that boards and streaks ask for, so that they need not look at the rows.
        Index(None, "channel_id", "local_date", "is_done", "member_id"),
        Index(None, "member_id", "local_date", "is_done", "channel_id"),
        Index(None, "break_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[Key | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    stand_in: Mapped[Key | None]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    break_id: Mapped[Key | None] = mapped_column(ForeignKey("breaks.id", ondelete="CASCADE"))
    run_id: Mapped[Key | None] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    local_date: Mapped[date]
    is_done: Mapped[bool]
    first_done_at: Mapped[Instant | None]


class SupportRow(Base):
    """One reason why a participation holds, with the newest Slack event time and whether it is on."""

    __tablename__ = "supports"

    participation_id: Mapped[Key] = mapped_column(ForeignKey("participations.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_on: Mapped[bool]
    event_at: Mapped[Instant]


class EarlyReactionRow(Base):
    """A reaction on a message that may be a prompt whose `ts` Slack has not told us yet."""

    __tablename__ = "early_reactions"

    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    message_ts: Mapped[str] = mapped_column(String(32), primary_key=True)
    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_on: Mapped[bool]
    event_at: Mapped[Instant]


class BoardRow(Base):
    """A weekly board of a channel, at most one a week; `week` is the Monday of the week it is about.

    `named` are the ids of the members it could list when it was made; who hides their name is left out from then on.
    `figures` is all that it says, as of that moment and without names; null for boards older than the column.
    """

    __tablename__ = "boards"
    __table_args__ = (UniqueConstraint("channel_id", "week"),)

    id: Mapped[Id]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    week: Mapped[date]
    named: Mapped[list[int]] = mapped_column(default=list, server_default=text("'[]'"))
    figures: Mapped[dict[str, Any] | None]
    message_ts: Mapped[str | None] = mapped_column(String(32))


class OutboxRow(Base):
    """Something to say unasked: kind and ids, never rendered blocks.

    `due_at` and `expires_at` are on the product's clock. `available_at` is on the database's clock and serves back-off,
    `Retry-After` and the lease alike; `intent_at`, on the same clock, says when a call was begun. `revision` grows with
    every change to an edit, so that the newest state wins.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_open",
            "due_at",
            sqlite_where=text("is_open = 1"),  # word for word what SQLAlchemy asks there, or SQLite would not use it
            postgresql_where=text("is_open"),
        ),
        Index(None, "channel_id", "due_at"),
        OFTEN_CHANGED,
    )

    id: Mapped[Id]
    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[Key]
    step: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    is_open: Mapped[bool]
    due_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    available_at: Mapped[Instant]
    owner: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    error: Mapped[str | None] = mapped_column(String(200))
    message_ts: Mapped[str | None] = mapped_column(String(32))
    intent_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]


class PictureRow(Base):
    """A picture a workspace should have; `digest` tells when the file has changed and must go up again.

    `file_id` is empty until it has gone up; `is_shown` says that Slack can show it. `attempts` fences claims.
    """

    __tablename__ = "pictures"

    workspace_id: Mapped[Key] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[str] = mapped_column(String(32))
    is_shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))

"""Tables of what stays when old participations go: folds that are final, and how much a channel did each week."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, Key


class StreakBaseRow(Base):
    """A person's streak in a channel over all dates before `until`, a Monday, whose rows are gone; see StreakRow."""

    __tablename__ = "streak_bases"

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


class ChannelWeekRow(Base):
    """What was done in a channel in an ISO week, of participations that are gone; `week` is its Monday.

    `people` counts each of them once, `last_on` is the newest of their dates.
    """

    __tablename__ = "channel_weeks"

    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    done: Mapped[int]
    people: Mapped[int]
    last_on: Mapped[date]

"""The tables of who looks after channels, and of what they chose for them."""

from datetime import time

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, Key


class KeeperRow(Base):
    """Somebody named to look after a channel, beside the first keeper, who is in the channel's own row."""

    __tablename__ = "keepers"

    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[Key] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)


class ChannelSettingsRow(Base):
    """What a channel's keepers chose beside its schedules; a channel without a row has the usual settings.

    `reactions` are the plain names of the emoji that count.
    """

    __tablename__ = "channel_settings"

    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    reactions: Mapped[list[str]]
    has_board: Mapped[bool]
    board_weekday: Mapped[int]
    board_time: Mapped[time]


class GreetingRow(Base):
    """The newest message with which the app greets or introduces itself to a channel, which edits bring up to date."""

    __tablename__ = "greetings"

    channel_id: Mapped[Key] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    message_ts: Mapped[str] = mapped_column(String(32))

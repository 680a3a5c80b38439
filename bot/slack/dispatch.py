"""What listeners are given and what they give back: their dependencies, and a reply for the edge to carry out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.domain.errors import NotAChannel, NotAMember
from bot.domain.workspaces import Channel, Member, is_direct
from bot.services import members, own_routines, schedules
from bot.services.members import Caller
from bot.services.ports import Directory, OpenUnitOfWork
from bot.services.privacy import Document
from bot.slack.files import Files
from bot.slack.payloads import Command, Malformed, OpenView, Press, Submission, channel_id
from bot.slack.pictures import Pictures
from bot.slack.views.parts import Block, Message, Picture
from routines.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a listener may use."""

    open_unit_of_work: OpenUnitOfWork
    catalogue: Catalogue
    clock: Clock
    directory: Directory
    pictures: Pictures
    files: Files
    forget_grant: Callable[[str], None]
    """Has the token of a workspace that has gone, or come, looked up anew."""
    retention_days: int

    async def offered(self, caller: Caller) -> Catalogue:
        """Give what the workspace is offered: what all share in `catalogue`, and its own routines."""
        return await own_routines.offered_to(self.open_unit_of_work, self.catalogue, caller.team_id)

    async def member(self, caller: Caller, *, fallback_zone: str = "UTC") -> Member:
        """Find the person who acts."""
        return await members.learn_member(
            self.open_unit_of_work, self.directory, caller, now=self.clock(), fallback_zone=fallback_zone
        )

    async def channel(self, caller: Caller, slack_id: str, name: str = "") -> Channel:
        """Find or create the channel an action is about; raises Malformed."""
        place = channel_id(slack_id)
        return await schedules.ensure_channel(self.open_unit_of_work, caller.team_id, place, name=name)

    async def own_channel(self, caller: Caller, slack_id: str) -> Channel:
        """Find or create a channel that the app posts to; raises NotAChannel, NotAMember."""
        if is_direct(slack_id):
            raise NotAChannel
        facts = await self.directory.channel(caller.team_id, slack_id)
        if facts is not None and not facts.is_member:
            raise NotAMember(slack_id)
        return await self.channel(caller, slack_id, facts.name if facts else "")

    async def place(self, caller: Caller, slack_id: str) -> Channel:
        """Find or create where breaks may come: such a channel, or the person's own direct message with the app."""
        return await (self.channel if is_direct(slack_id) else self.own_channel)(caller, slack_id)

    async def is_admin(self, caller: Caller) -> bool:
        """Tell whether the person who acts is an admin of the workspace."""
        facts = await self.directory.person(caller.team_id, caller.slack_id)
        return facts is not None and facts.is_admin

    def picture(self, caller: Caller, stem: str) -> Picture | None:
        """Find where Slack has a still."""
        return self.pictures.find(caller.team_id, stem)

    async def moving_picture(self, caller: Caller, stem: str) -> Picture | None:
        """Find where Slack has what one person alone is shown: a moving picture, unless they chose stills."""
        wants_stills = await members.wants_stills(self.open_unit_of_work, caller)
        return self.pictures.find(caller.team_id, stem, moving=not wants_stills)


@dataclass(frozen=True, slots=True)
class Reply:
    """What becomes of an act: something said privately, a modal opened or changed, a Home brought up to date.

    `changes_home` brings it up to date for those alone who may be looking at it. `replaces` puts what is said in place
    of the message that was pressed. Where the modal cannot be opened, `or_directly` is what the person gets in their
    direct messages with the app; a `document` goes there too. `show_home` is a Home that is shown as it is.
    """

    say: Message | None = None
    replaces: bool = False
    open_view: Block | None = None
    or_directly: Message | None = None
    change_view: Block | None = None
    refresh_home: bool = False
    changes_home: bool = False
    show_home: Block | None = None
    document: Document | None = None


NOTHING = Reply()

OnPress = Callable[[Dependencies, Press], Awaitable[Reply]]
OnCommand = Callable[[Dependencies, Command], Awaitable[Reply]]
OnSubmission = Callable[[Dependencies, Submission], Awaitable[Any]]
"""Answers Slack's `response_action` object, or None to close the modal."""


class _Carried(dict[str, Any]):
    """What a modal carries; what is asked of it and is not there, is Malformed."""

    def __missing__(self, name: str) -> Any:
        raise Malformed("private_metadata")


def carried(view: OpenView | None) -> dict[str, Any]:
    """Read what the modal that was pressed carries; empty when there is none."""
    return _Carried(view.carried if view is not None else {})


def in_person(answer: Message, press: Press) -> Reply:
    """Answer a press: in place of the private message it was made in, else as a new private message."""
    from_home = press.view is not None and press.view.type == "home"
    said = None if from_home else answer
    return Reply(say=said, replaces=press.is_ephemeral, refresh_home=from_home, changes_home=True)

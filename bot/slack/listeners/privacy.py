"""What is kept: the screen, `/stretch mydata`, `/stretch forget me`, and their buttons."""

from bot.services import privacy
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.payloads import Command, Press
from bot.slack.views import privacy as views
from bot.slack.views.help import unknown_command


async def show(deps: Dependencies, _: Press) -> Reply:
    """Open the screen that says what is kept."""
    return Reply(open_view=views.kept(deps.retention_days))


async def download(deps: Dependencies, press: Press) -> Reply:
    """Hand somebody everything that is held about them."""
    return await _hand_over(deps, press.caller)


async def mydata_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch mydata`."""
    return await _hand_over(deps, command.caller)


async def _hand_over(deps: Dependencies, caller: Caller) -> Reply:
    member = await privacy.find_member(deps.open_unit_of_work, caller)
    if member is None:
        return Reply(say=views.nothing_held())
    document = await privacy.write_down(deps.open_unit_of_work, member, deps.clock())
    return Reply(say=views.on_its_way(), document=document)


async def forget_command(_: Dependencies, command: Command) -> Reply:
    """Answer `/stretch forget me` with the one question before it."""
    if " ".join(command.words[1:]).casefold() != "me":
        return Reply(say=unknown_command(" ".join(command.words), "forget me"))
    return Reply(say=views.ask())


async def keep(_: Dependencies, press: Press) -> Reply:
    """Leave everything as it is."""
    return Reply(say=views.stays(), replaces=press.is_ephemeral)


async def erase(deps: Dependencies, press: Press) -> Reply:
    """Forget somebody, who then is not got to know again by being answered."""
    member = await privacy.find_member(deps.open_unit_of_work, press.caller)
    if member is None:
        return Reply(say=views.nothing_held(), replaces=press.is_ephemeral)
    await privacy.forget(deps.open_unit_of_work, member, deps.clock())
    return Reply(say=views.erased(), replaces=press.is_ephemeral, show_home=views.blank_home())

"""`limber` as it is, but without patience: a workspace's pace in posting would make a run of thousands take hours.

    python -m tests.faults.quick run

Slack's limits are not what these runs are about; a channel still gets a message a second. And the one token of the
playground stands for all the workspaces that thousands of channels lie in.
"""

from datetime import timedelta

from bot.cli import main
from bot.domain import outbox
from bot.slack.clients import Grant, OneGrant

outbox.POST_PAUSE = outbox.LOOK_UP_EVERY = timedelta(milliseconds=5)


async def _find(self: OneGrant, _team_id: str | None) -> Grant:
    return self._grant


OneGrant.find = _find  # type: ignore[assignment, method-assign]  # for these runs alone

if __name__ == "__main__":
    main()

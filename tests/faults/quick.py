"""`limber` as it is, but without patience: a workspace's pace in posting would make a run of thousands take hours.

    python -m tests.faults.quick run

Slack's limits are not what these runs are about; a channel still gets a message a second.
"""

from datetime import timedelta

from bot.cli import main
from bot.domain import outbox

outbox.WORKSPACE_POST_EVERY = outbox.LOOK_UP_EVERY = timedelta(milliseconds=5)

if __name__ == "__main__":
    main()

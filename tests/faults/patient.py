"""`limber` as it is, but with a beat of an hour: whatever comes sooner came without waiting for the beat.

python -m tests.faults.patient worker
"""

from bot import scheduler
from bot.cli import main

scheduler.EVERY_SECONDS = 3600

if __name__ == "__main__":
    main()

"""Where `limber` and `python -m bot` begin."""

import gc

# What is loaded is no garbage, and to look for some while it loads takes a fifth of the start.
gc.set_threshold(500_000)

from bot.cli import main  # noqa: E402  # what is set above has to be set first

if __name__ == "__main__":
    main()

"""The words by which people find routines and exercises."""

import re
from collections.abc import Iterator, Sequence

from routines.model import Exercise, Routine


def plain(word: str) -> str:
    """Reduce a word to what counts when words are compared: case, spaces and hyphens do not."""
    return re.sub(r"[\s_-]+", "", word).casefold()


def names_of(routines: Sequence[Routine]) -> Iterator[tuple[str, Routine | Exercise]]:
    """List every word with what it finds, in the order of preference: routines first."""
    for routine in routines:
        for name in (routine.id, *routine.aliases, routine.area, routine.area.title, routine.title):
            yield name, routine
    for routine in routines:
        for exercise in routine.exercises:
            for name in (exercise.id, exercise.name, *exercise.also_known_as):
                yield name, exercise

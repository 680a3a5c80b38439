"""Exercises, routines and the steps of a run, as frozen values that check themselves."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

SECONDS_PER_BREATH = 5
SECONDS_BETWEEN_REPETITIONS = 2
DISAGREEMENT = "disagreement"  # the type of an error between keys that are each right alone

MARKUP = "markup"  # the type of an error in a text that Slack would not show as it is


def _plain(text: str) -> str:
    """Refuse what Slack reads as links and mentions: a routine is posted to everybody."""
    if "<" in text or ">" in text:
        raise PydanticCustomError(MARKUP, "Slack reads < and > as links and mentions")
    return text


Side = Literal["left", "right"]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=160), AfterValidator(_plain)]
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), AfterValidator(_plain)
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60), AfterValidator(_plain)]
Hold = Annotated[StrictInt, Field(ge=1, le=600)]
Gain = Annotated[StrictInt, Field(ge=1, le=60)]


class Area(StrEnum):
    """The six parts of the body a routine can be for, in the order menus show them, and the eyes as a spare."""

    HANDS = "hands"
    LOWER_BACK = "lower-back"
    NECK = "neck"
    SHOULDERS = "shoulders"
    HIPS = "hips"
    LEGS = "legs"
    EYES = "eyes"

    @property
    def is_spare(self) -> bool:
        """Whether it is there for whoever asks, but not among the areas that breaks are served from."""
        return self is Area.EYES

    @property
    def title(self) -> str:  # type: ignore[override]  # nobody needs str.title() here
        """The name people read."""
        return _AREA_TITLES[self]


_AREA_TITLES = {
    Area.HANDS: "Hands and wrists",
    Area.LOWER_BACK: "Lower back",
    Area.NECK: "Neck",
    Area.SHOULDERS: "Shoulders and upper back",
    Area.HIPS: "Hips",
    Area.LEGS: "Legs and feet",
    Area.EYES: "Eyes",
}


class _Value(BaseModel):
    # Every description below says what to write: the loader quotes it as the cure of a bad value.
    model_config = ConfigDict(extra="forbid", frozen=True)


_WRONG_WAY_ROUND = ("the larger number comes first", "Write the smaller number first.")


def _disagreement(key: str, what: str, cure: str) -> PydanticCustomError:
    return PydanticCustomError(DISAGREEMENT, "{what}", {"key": key, "what": what, "cure": cure})


class Equipment(_Value):
    """A thing an exercise uses, and what does the job when it is not at hand."""

    name: Name = Field(description="What it is, as in 'Yoga strap or belt'.")
    substitute: Sentence = Field(description="One sentence: what to use or do when it is not at hand.")
    optional: StrictBool = Field(default=True, description="true if the exercise works without it, else false.")


class Progression(_Value):
    """How a hold may grow for one person, in seconds, where the source of the exercise says so."""

    start: Hold = Field(description="Seconds to begin with, the same as hold_seconds.")
    maximum: Hold = Field(description="The longest hold in seconds, up to 600.")
    increment: tuple[Gain, Gain] = Field(description="The smallest and the largest step up in seconds, as [5, 10].")
    every_days: StrictInt = Field(ge=1, le=60, description="Days between two steps up, a whole number from 1 to 60.")

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.start > self.maximum:
            raise _disagreement("start", "start is above maximum", "Write a start of maximum or less.")
        if self.increment[0] > self.increment[1]:
            raise _disagreement("increment", *_WRONG_WAY_ROUND)
        return self


class Credit(_Value):
    """Where a routine comes from, what is ours in it, and who has checked it."""

    facts: Sentence = Field(description="Where moves and doses come from.")
    ours: Sentence = Field(description="What the source does not say: wording, substitutes, pictures.")
    license: Name = Field(description="The licence of the text, as in 'CC-BY-4.0'.")
    reviewed: str = Field(
        default="",
        max_length=200,
        description="Name and date of the professional who checked it; empty if nobody has.",
    )


class Exercise(_Value):
    """One move: how to do it, for how long, what else to do instead, and its picture."""

    id: Identifier = Field(description="Small letters, figures and hyphens, as in 'wall-sit'.")
    name: Name = Field(description="The name people read, 2 to 60 characters.")
    also_known_as: tuple[Name, ...] = Field(default=(), description="Other names, as a list of texts.")
    kind: Literal["hold", "reps"] = Field(description="'hold' for one long hold, 'reps' for a move that is repeated.")
    position: Literal["standing", "seated"] = Field(description="'standing' or 'seated'.")
    cues: tuple[Line, ...] = Field(
        min_length=2,
        max_length=5,
        description="2 to 5 instructions of 3 to 160 characters; a prompt shows the first three.",
    )
    tips: tuple[Line, ...] = Field(
        min_length=4,
        max_length=20,
        description="At least 4 one-liners of 3 to 160 characters; a prompt shows one at a time.",
    )
    feel: Line = Field(description="Where one feels it, so that 'You feel it in the ...' can be completed.")
    hold_seconds: Hold | tuple[Hold, Hold] = Field(
        description="Seconds of one hold, from 1 to 600, or a range as [2, 3]."
    )
    reps: StrictInt = Field(default=1, ge=1, le=50, description="How often one side is repeated, from 1 to 50.")
    sets: StrictInt = Field(default=1, ge=1, le=10, description="How often all of it is done, from 1 to 10.")
    sides: Literal["both", "each"] = Field(
        default="both", description="'both' for both sides at once, 'each' for one after the other."
    )
    rest_seconds: StrictInt = Field(
        default=0, ge=0, le=120, description="Pause before the next exercise, from 0 to 120 seconds."
    )
    stop_if: Sentence = Field(description="One short sentence: when to stop, and what to do then.")
    easier: Sentence = Field(description="One sentence: how to make it lighter.")
    seated: Sentence | None = Field(
        default=None, description="One sentence: the version on a chair. A standing exercise needs it or a stand-in."
    )
    seated_stand_in: Identifier | None = Field(
        default=None, description="The id of a seated exercise, of any file, that can take the place of this one."
    )
    equipment: tuple[Equipment, ...] = Field(
        default=(), description="One [[exercises.equipment]] table for each thing used."
    )
    progression: Progression | None = Field(
        default=None, description="An [exercises.progression] table, only where the source gives one."
    )
    picture: Identifier = Field(
        default_factory=lambda keys: keys["id"],
        description="The picture's file name without its ending; left out, it is the exercise's id.",
    )
    alt: str = Field(
        min_length=30,
        max_length=2000,
        description="The picture in words, 30 to 2000 characters.",
    )
    origin: str = Field(default="", max_length=500, description="What of this exercise is ours and not the source's.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if isinstance(self.hold_seconds, tuple) and self.hold_seconds[0] > self.hold_seconds[1]:
            raise _disagreement("hold_seconds", *_WRONG_WAY_ROUND)
        if self.kind == "reps" and self.reps == 1:
            cure = "Write reps of 2 or more, or kind = 'hold'."
            raise _disagreement("reps", "a repeated move is done once", cure)
        if self.kind == "hold" and self.reps > 1:
            raise _disagreement("kind", "a hold is repeated", "Write kind = 'reps', or leave reps out.")
        if self.position == "standing" and not (self.seated or self.seated_stand_in):
            cure = "Add seated = one sentence on how to do it on a chair, or seated_stand_in = the id of a seated move."
            raise _disagreement("seated", "a standing exercise has no seated version", cure)
        if self.progression and self.progression.start != self.hold:
            cure = f"Write {self.hold} at progression.start, or change hold_seconds."
            raise _disagreement("progression", "it starts at another hold than hold_seconds", cure)
        return self

    @property
    def hold(self) -> int:
        """The longest hold in seconds."""
        return self.hold_seconds if isinstance(self.hold_seconds, int) else max(self.hold_seconds)

    @property
    def side_count(self) -> int:
        """2 when each side has its own turn, else 1."""
        return len(self.sides_to_do())

    @property
    def seconds(self) -> int:
        """Time for all sides in seconds, without the rest after it."""
        return self.side_count * self.seconds_per_side

    @property
    def seconds_per_side(self) -> int:
        """Time for one side in seconds: sets x repetitions x (hold + 2 s between repetitions)."""
        between = SECONDS_BETWEEN_REPETITIONS if self.reps > 1 else 0
        return self.sets * self.reps * (self.hold + between)

    @property
    def seconds_with_rest(self) -> int:
        """Time in seconds until the next exercise begins."""
        return self.seconds + self.rest_seconds

    @property
    def breaths(self) -> int:
        """One hold counted in easy breaths of five seconds, at least one."""
        return max(1, round(self.hold / SECONDS_PER_BREATH))

    def sides_to_do(self) -> tuple[Side | None, ...]:
        """List the turns of a run: (None,) for both sides at once, else the right side and then the left.

        A side names the leg or arm that moves. The picture shows the right one.
        """
        return ("right", "left") if self.sides == "each" else (None,)

    def at_hold(self, seconds: int) -> "Exercise":
        """Copy the exercise at somebody's own dose: a hold of so many seconds, kept within 1 to 600.

        Its progression begins there, so that the copy is an exercise which its own checks accept.
        """
        hold = max(1, min(600, seconds))
        rule = self.progression
        if rule is not None:
            rule = rule.model_copy(update={"start": hold, "maximum": max(hold, rule.maximum)})
        return self.model_copy(update={"hold_seconds": hold, "progression": rule})


class Step(_Value):
    """One card of a run: an exercise, or one side of it, timed in seconds."""

    number: int
    exercise: Exercise
    side: Side | None
    seconds: int
    rest_seconds: int

    @property
    def picture(self) -> str:
        """The file stem of the picture to show; the left side has the mirror image of its own."""
        return f"{self.exercise.picture}-left" if self.side == "left" else self.exercise.picture


class Routine(_Value):
    """The exercises of one area in their order, as one file holds them."""

    format: Literal[1] = Field(description="1, the version of this format.")
    id: Identifier = Field(description="Small letters, figures and hyphens, the same as the file's name.")
    title: Name = Field(description="The title people read, 2 to 60 characters.")
    area: Area = Field(description="One of: " + ", ".join(Area) + ".")
    locale: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = Field(
        description="The language of the texts, as in 'en' or 'pt-BR'."
    )
    summary: Sentence = Field(description="One sentence of up to 300 characters: what this is.")
    caution: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=20, max_length=600), AfterValidator(_plain)
    ] = Field(description="When to stop and when to ask a clinician, 20 to 600 characters.")
    aliases: tuple[Name, ...] = Field(default=(), description="Other words that find it, as a list of texts.")
    credit: Credit = Field(description="A [credit] table with facts, ours, license and reviewed.")
    exercises: tuple[Exercise, ...] = Field(min_length=1, max_length=20, description="1 to 20 [[exercises]] tables.")

    @property
    def asked_for_as(self) -> str:
        """The id that finds it again: its own, or that of its exercise where there is but one."""
        return self.id if len(self.exercises) > 1 else self.exercises[0].id

    @property
    def seconds(self) -> int:
        """Time from the first move to the end of the last one in seconds, with the rests between."""
        return sum(exercise.seconds_with_rest for exercise in self.exercises) - self.exercises[-1].rest_seconds

    def steps(self) -> tuple[Step, ...]:
        """List the cards of a run in order; sides follow each other without a rest, and none ends the run."""
        turns = [
            (number, exercise, side)
            for number, exercise in enumerate(self.exercises, start=1)
            for side in exercise.sides_to_do()
        ]
        following = [turn[0] for turn in turns[1:]] + [turns[-1][0]]
        return tuple(
            Step(
                number=number,
                exercise=exercise,
                side=side,
                seconds=exercise.seconds_per_side,
                rest_seconds=exercise.rest_seconds if after != number else 0,
            )
            for (number, exercise, side), after in zip(turns, following, strict=True)
        )

    def only(self, exercise: Exercise) -> "Routine":
        """Copy the routine with a single exercise, as a break serves it."""
        return self.model_copy(update={"exercises": (exercise,)})

    def without(self, left_out: Collection[str]) -> "Routine":
        """Copy the routine without some exercises, by their ids; where none would remain, it stays whole."""
        kept = tuple(exercise for exercise in self.exercises if exercise.id not in left_out)
        return self.model_copy(update={"exercises": kept}) if 0 < len(kept) < len(self.exercises) else self

    def after(self, exercise_id: str) -> Exercise:
        """Find the exercise after another one, and the first after the last or after one of another routine."""
        ids = [exercise.id for exercise in self.exercises]
        following = ids.index(exercise_id) + 1 if exercise_id in ids else 0
        return self.exercises[following % len(ids)]

    def to_snapshot(self) -> dict[str, Any]:
        """Write this version of the routine as plain JSON values, for a run to keep."""
        return self.model_dump(mode="json")

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any]) -> "Routine":
        """Read the routine that `to_snapshot` wrote; raises pydantic's ValidationError for anything else."""
        return cls.model_validate(snapshot)

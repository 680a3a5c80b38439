"""What views say: complete for those who hear it, kind in every state, and nobody is called by it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.breaks import Answer, Change
from bot.domain.dates import Dates
from bot.domain.greetings import Hello, Introduction
from bot.domain.runs import ClosingCard, RunState
from bot.domain.streaks import Progress, Streak
from bot.slack.views import aways, boards, breaks, greetings, runs, schedules
from bot.slack.views.parts import Message
from playground.blockkit import validate_message
from tests.slack import samples
from tests.slack.looking import labels, texts

MESSAGES = dict(samples.messages())
VIEWS = dict(chain(samples.modals(), samples.homes()))
SAID = {
    **{name: [message.text, *texts(message.blocks)] for name, message in MESSAGES.items()},
    **{name: list(texts(view)) for name, view in VIEWS.items()},
}

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f]|:[a-z_]+:")
UNKIND = re.compile(
    r"you missed|\blost\b|don't forget|stand up|\bcures?\b|relie(f|ve)|prevent|\bpain\b(?! is not)|\bheal(th|ing)?\b",
    re.IGNORECASE,
)
ALLOWED = ("nothing about pain or health", "nothing about health is asked or kept")
MENTION = re.compile(r"<@|<!(channel|here|everyone|subteam)")


def test_no_view_has_an_emoji_or_an_exclamation_mark() -> None:
    for name, said in SAID.items():
        for text in said:
            own = re.sub(r"<!date\^[^>]*>|&lt;!channel&gt;|<!channel>|<!here>|&lt;!here&gt;", "", text)
            assert not EMOJI.search(own), (name, text)
            assert "!" not in own, (name, text)


def test_no_view_blames_presses_or_promises_an_effect() -> None:
    for name, said in SAID.items():
        for text in said:
            plain = text.casefold()
            for allowed in ALLOWED:
                plain = plain.replace(allowed, "")
            assert not UNKIND.search(plain), (name, text)


def test_no_view_mentions_anybody_whatever_they_are_called() -> None:
    for name, message in MESSAGES.items():
        markup = [message.text, *(text for text in _mrkdwn(message.blocks))]
        assert not any(MENTION.search(text) for text in markup), name
    for name, view in VIEWS.items():
        assert not any(MENTION.search(text) for text in _mrkdwn(view)), name


def _mrkdwn(view: object) -> list[str]:
    if isinstance(view, dict):
        if view.get("type") == "mrkdwn":
            return [view["text"]]
        return [text for each in view.values() for text in _mrkdwn(each)]
    return [text for each in view for text in _mrkdwn(each)] if isinstance(view, list) else []


def test_the_text_names_every_button() -> None:
    for name, message in MESSAGES.items():
        for label in labels(message.blocks):
            short = label.split(",")[0]
            assert short in message.text, (name, label)


def test_the_text_of_a_prompt_is_complete_and_leaves_the_live_count_out() -> None:
    for exercise in samples.CATALOGUE.exercises:
        for done in (0, 3, 312):
            message = breaks.prompt(samples.prompt_of(exercise, done=done), samples.PICTURE)
            assert message.text.startswith(f"Stretch: {exercise.name[0].lower()}{exercise.name[1:]}, ")
            for part in (*exercise.cues[:3], exercise.feel, exercise.stop_if):
                assert part.rstrip(".").casefold() in message.text.casefold()
            assert "done" not in message.text.replace("Buttons: Done", "")
            assert "312" not in message.text
            assert ("312 done" in list(texts(message.blocks))) == (done == 312)


def test_the_text_of_a_step_is_complete() -> None:
    for name, message in MESSAGES.items():
        if name.startswith("step "):
            heading = message.blocks[0]["text"]["text"].strip("*")
            assert all(word.casefold() in message.text.casefold() for word in heading.split(" · ")[1:]), name
            assert re.match(r"Move \d of 5: ", message.text)
            assert "Until " in message.text


def test_the_live_line_begins_at_three() -> None:
    exercise = samples.LOWBACK.exercises[0]
    for done in (0, 1, 2, 3):
        blocks = breaks.prompt(samples.prompt_of(exercise, done=done), None).blocks
        assert any("done" in text for text in texts(blocks[-1])) == (done >= 3)


def test_a_board_never_shows_of_how_many() -> None:
    for name, message in MESSAGES.items():
        if name.startswith("board"):
            assert not re.search(r"\d of \d|\b0 (days|breaks)", message.text), name


def test_the_next_break_after_a_run_is_today_only_if_it_is() -> None:
    run = samples.run_of(RunState.FINISHED, ("Anna", "Ben"))
    at = run.started_at + timedelta(hours=1)
    assert f"is today at {at:%H:%M}." in runs.closing(ClosingCard(run, 60, at, "UTC")).text
    later = at + timedelta(days=1)
    assert f"is on {later:%A at %H:%M}." in runs.closing(ClosingCard(run, 60, later, "UTC")).text


NAMES = st.text(min_size=1, max_size=80).filter(lambda name: name.strip() and "\x00" not in name)


@settings(max_examples=60)
@given(names=st.lists(NAMES, min_size=1, max_size=12), count=st.integers(0, 10_000))
def test_whatever_people_are_called_every_message_with_names_is_one_slack_takes(names: list[str], count: int) -> None:
    people = tuple(names)
    lobby = samples.run_of(RunState.LOBBY, people)
    shown: list[Message] = [
        runs.lobby(lobby, samples.ZONE),
        breaks.prompt(samples.prompt_of(samples.LOWBACK.exercises[0], lobby=lobby, done=count), samples.PICTURE),
        runs.closing(ClosingCard(samples.run_of(RunState.FINISHED, people), count, None, samples.ZONE)),
        boards.weekly(
            samples.board_of(people, more=count),
            board_id=1,
            channel_name="design",
            channel_slack_id="C0DESIGN",
            zone=samples.ZONE,
        ),
        greetings.introduction(Introduction("C0DESIGN", (samples.record_of(samples.WEEKDAYS),), names[0], ())),
        greetings.hello(Hello("C0DESIGN", names[0], samples.WEEKDAYS)),
    ]
    for message in shown:
        assert validate_message(message.blocks) == []
        assert len(message.text) <= 4000
        assert not any(MENTION.search(text) for text in (message.text, *_mrkdwn(message.blocks)))


def test_the_year_is_said_of_dates_that_lie_in_another() -> None:
    today = date(2026, 12, 1)
    assert aways.went_away(Dates(date(2027, 10, 20), None), 7, today).text.startswith(
        "Away from 20 October 2027 until you're back"
    )
    ending = replace(samples.WEEKDAYS, starts_on=date(2027, 1, 4), ends_on=date(2027, 3, 31))
    assert schedules.in_words(ending).endswith("from 4 January 2027, until 31 March 2027")
    counted = Answer(Change.COUNTED, 41, "C0DESIGN", Progress(Streak(1, 1, 1, 1), (today,)), samples.NOW, samples.ZONE)
    away = replace(counted, away=Dates(today, date(2027, 1, 1)))
    assert breaks.answer(away).text.startswith("Counted, although you're away until 2 January 2027.")

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.client import Person
from playground.server import Playground
from tests.playground.conftest import StartPerson, running, until

BUTTON = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {
            "type": "button",
            "action_id": "go",
            "value": "7",
            "text": {"type": "plain_text", "text": "Go"},
        },
        {
            "type": "static_select",
            "action_id": "pick",
            "options": [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}],
        },
    ],
}

DIVIDER = {"type": "divider"}


def modal(title: str = "Form", **more: Any) -> dict[str, Any]:
    name = {
        "type": "input",
        "block_id": "name",
        "label": {"type": "plain_text", "text": "Name"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [name],
        **more,
    }


async def test_a_slash_command_is_answered_privately_in_the_acknowledgement(
    slack: Playground, app: AsyncApp, anna: Person, person: StartPerson
) -> None:
    @app.command("/echo")
    async def echo(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"{command['user_name']} in {command['channel_name']}: {command['text']}")

    async with running(app, slack):
        assert (await anna.say("C0ENGINEERING", "/echo two words"))["ok"]
        (ephemeral,) = (await anna.state())["ephemerals"]
    assert ephemeral["text"] == "anna in engineering: two words"
    assert ephemeral["channel"] == "C0ENGINEERING"
    assert (await (await person("U0JONAS")).state())["ephemerals"] == []


async def test_a_slash_command_may_be_answered_for_everybody(slack: Playground, app: AsyncApp, anna: Person) -> None:
    @app.command("/echo")
    async def echo(ack: Any) -> None:
        await ack(text="For all", response_type="in_channel")

    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
    assert [message["text"] for message in slack.messages("C0DESIGN")] == ["For all"]


async def test_commands_that_cannot_work_say_why(slack: Playground, anna: Person) -> None:
    unknown = await anna.say("C0DESIGN", "/dance")
    absent = await anna.say("C0DESIGN", "/echo hi")
    ts = (await anna.say("C0DESIGN", "hello"))["ts"]
    threaded = await anna.say("C0DESIGN", "/echo hi", thread_ts=ts)
    errors = [answer["error"] for answer in (unknown, absent, threaded)]
    assert errors == ["unknown_command", "app_not_connected", "not_in_thread"]
    assert all(answer["message"] for answer in (unknown, absent, threaded))


async def test_a_press_brings_the_message_its_state_and_a_working_response_url(
    slack: Playground, app: AsyncApp, web: AsyncWebClient, anna: Person
) -> None:
    seen: list[dict[str, Any]] = []

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        seen.append(body)
        await respond("Only you")
        await respond("For all", replace_original=True)

    ts = (await web.chat_postMessage(channel="C0DESIGN", text="Press", blocks=[BUTTON]))["ts"]
    container = {"type": "message", "channel": "C0DESIGN", "ts": ts}
    async with running(app, slack):
        assert (await anna.press(container, "go"))["ok"]
        await until(lambda: slack.messages("C0DESIGN")[0]["text"] == "For all")
        (body,) = seen
        assert body["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": "C0DESIGN",
            "is_ephemeral": False,
        }
        assert body["actions"][0]["value"] == "7"
        assert body["message"]["ts"] == ts
        assert body["state"]["values"]["row"]["pick"] == {"type": "static_select", "selected_option": None}
        assert [e["text"] for e in (await anna.state())["ephemerals"]] == ["Only you"]


async def test_choosing_in_a_menu_brings_the_whole_option(
    slack: Playground, app: AsyncApp, web: AsyncWebClient, anna: Person
) -> None:
    seen: list[dict[str, Any]] = []

    @app.action("pick")
    async def pick(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        seen.append(action)

    ts = (await web.chat_postMessage(channel="C0DESIGN", text="Choose", blocks=[BUTTON]))["ts"]
    container = {"type": "message", "channel": "C0DESIGN", "ts": ts}
    async with running(app, slack):
        await anna.press(container, "pick", value="1")
        wrong = await anna.press(container, "pick", value="2")
    assert seen[0]["selected_option"]["text"]["text"] == "One"
    assert wrong["error"] == "not_found"


async def test_an_ephemeral_message_belongs_to_one_person_and_can_be_edited_and_removed(
    slack: Playground, app: AsyncApp, web: AsyncWebClient, anna: Person, person: StartPerson
) -> None:
    @app.action("go")
    async def go(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await respond("Changed", blocks=[BUTTON], replace_original=True)

    @app.action("pick")
    async def pick(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    async def texts() -> list[str]:
        return [e["text"] for e in (await anna.state())["ephemerals"]]

    async def is_changed() -> bool:
        return await texts() == ["Changed"]

    async def is_removed() -> bool:
        return await texts() == []

    await web.chat_postEphemeral(channel="C0DESIGN", user="U0ANNA", text="You", blocks=[BUTTON])
    (ephemeral,) = (await anna.state())["ephemerals"]
    container = {"type": "ephemeral", "id": ephemeral["id"]}
    async with running(app, slack):
        assert (await (await person("U0MEI")).press(container, "go"))["error"] == "not_found"
        await anna.press(container, "go")
        await until(is_changed)
        await anna.press(container, "pick", value="1")
        await until(is_removed)


async def test_a_form_is_opened_checked_and_submitted(slack: Playground, app: AsyncApp, anna: Person) -> None:
    names: list[str] = []

    @app.command("/echo")
    async def echo(ack: Any, client: AsyncWebClient, command: dict[str, Any]) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=modal(private_metadata="p"))
        await ack()

    @app.view("form")
    async def form(ack: Any, view: dict[str, Any]) -> None:
        name = view["state"]["values"]["name"]["text"]["value"]
        if name == "Nobody":
            await ack(response_action="errors", errors={"name": "Who?"})
            return
        names.append(name + view["private_metadata"])
        await ack()

    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
        (view,) = (await anna.state())["views"]
        empty = await anna.submit(view["id"], {})
        wrong = await anna.submit(view["id"], {"name": {"text": "Nobody"}})
        right = await anna.submit(view["id"], {"name": {"text": "Anna"}})
        late = await anna.submit(view["id"], {"name": {"text": "Anna"}})
    assert (empty["error"], set(empty["errors"])) == ("field_errors", {"name"})
    assert wrong["errors"] == {"name": "Who?"}
    assert right["ok"]
    assert names == ["Annap"]
    assert late["error"] == "not_found"


async def test_forms_are_pushed_updated_and_cleared_by_the_acknowledgement(
    slack: Playground, app: AsyncApp, anna: Person
) -> None:
    @app.command("/echo")
    async def echo(ack: Any, client: AsyncWebClient, command: dict[str, Any]) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=modal())
        await ack()

    @app.view("form")
    async def form(ack: Any, view: dict[str, Any]) -> None:
        name = view["state"]["values"]["name"]["text"]["value"]
        await ack(response_action=name, view=None if name == "clear" else modal("Next"))

    async def titles() -> list[str]:
        return [view["title"]["text"] for view in (await anna.state())["views"]]

    async def submit(name: str) -> None:
        view = (await anna.state())["views"][-1]
        assert (await anna.submit(view["id"], {"name": {"text": name}}))["ok"]

    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
        await submit("push")
        assert await titles() == ["Form", "Next"]
        await anna.close((await anna.state())["views"][-1]["id"])
        assert await titles() == ["Form"]
        await submit("update")
        assert await titles() == ["Next"]
        await submit("push")
        await submit("clear")
        assert await titles() == []


async def test_a_trigger_works_once_and_for_three_seconds(
    slack: Playground, app: AsyncApp, anna: Person, web: AsyncWebClient
) -> None:
    triggers: list[str] = []

    @app.command("/echo")
    async def echo(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        triggers.append(command["trigger_id"])

    async def error_of(trigger_id: str) -> str:
        try:
            await web.views_open(trigger_id=trigger_id, view=modal())
        except SlackApiError as error:
            return str(error.response["error"])
        return ""

    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
        await anna.say("C0DESIGN", "/echo")
    assert await error_of(triggers[0]) == ""
    assert await error_of(triggers[0]) == "exchanged_trigger_id"
    await asyncio.sleep(3.1)
    assert await error_of(triggers[1]) == "expired_trigger_id"


async def test_a_stale_hash_is_refused(slack: Playground, web: AsyncWebClient, anna: Person) -> None:
    first = (await web.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": [BUTTON]}))["view"]
    await web.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": [DIVIDER]}, hash=first["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await web.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": [DIVIDER]}, hash=first["hash"])
    assert (await anna.state())["home"]["blocks"][0]["type"] == "divider"


async def test_the_home_tab_is_opened_and_pressed(slack: Playground, app: AsyncApp, anna: Person) -> None:
    pressed: list[dict[str, Any]] = []

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        assert event["tab"] == "home"
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [BUTTON]})

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        pressed.append(body)

    async def is_there() -> bool:
        return bool((await anna.state())["home"])

    async with running(app, slack):
        await anna.open_home()
        await until(is_there)
        home = (await anna.state())["home"]
        assert (await anna.press({"type": "view", "view_id": home["id"]}, "go"))["ok"]
    assert pressed[0]["view"]["type"] == "home"
    assert pressed[0]["container"] == {"type": "view", "view_id": home["id"]}


async def test_an_app_that_does_not_acknowledge_is_reported_after_three_seconds(
    slack: Playground, app: AsyncApp, anna: Person
) -> None:
    @app.command("/echo")
    async def echo(ack: Any) -> None:
        await asyncio.sleep(3.2)

    async with running(app, slack):
        answer = await anna.say("C0DESIGN", "/echo")
    assert answer["error"] == "operation_timeout"


async def test_the_app_is_invited_and_removed_like_a_person(
    slack: Playground, app: AsyncApp, anna: Person, person: StartPerson
) -> None:
    seen: list[dict[str, Any]] = []

    @app.event("member_joined_channel")
    async def joined(event: dict[str, Any]) -> None:
        seen.append(event)

    @app.event("channel_left")
    async def own_left(event: dict[str, Any]) -> None:
        seen.append(event)

    @app.event("member_left_channel")
    async def left(event: dict[str, Any]) -> None:
        seen.append(event)

    async with running(app, slack):
        assert (await anna.say("C0ENGINEERING", "/invite @Echo"))["ok"]
        assert (await anna.say("C0ENGINEERING", "/invite @mei"))["ok"]
        assert (await anna.say("C0ENGINEERING", "/remove @mei"))["ok"]
        assert (await anna.say("C0ENGINEERING", "/remove @Echo"))["ok"]
        assert (await anna.say("C0ENGINEERING", "/invite @nobody"))["error"] == "user_not_found"
    assert [(event["type"], event.get("user"), event.get("inviter")) for event in seen] == [
        ("member_joined_channel", "U0ECHO", "U0ANNA"),
        ("member_joined_channel", "U0MEI", "U0ANNA"),
        ("member_left_channel", "U0MEI", None),
        ("channel_left", None, None),
    ]
    assert "not_in_channel" in (await (await person("U0PRIYA")).say("C0ENGINEERING", "hi"))["error"]


async def test_messages_to_the_app_are_events_when_it_subscribes(
    slack: Playground, app: AsyncApp, anna: Person
) -> None:
    seen: list[dict[str, Any]] = []

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        seen.append(event)

    async with running(app, slack):
        await anna.say("C0DESIGN", "to all")
        await anna.say("D0ANNA", "to @Echo")
    assert [(event["text"], event["channel_type"]) for event in seen] == [("to <@U0ECHO>", "im")]


def rich_form() -> dict[str, Any]:
    def entry(block_id: str, element: dict[str, Any]) -> dict[str, Any]:
        label = {"type": "plain_text", "text": block_id}
        element["action_id"] = "field"
        return {"type": "input", "block_id": block_id, "label": label, "element": element, "optional": True}

    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("a", "b", "c")]
    target = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    blocks = [
        entry("days", {"type": "checkboxes", "options": options, "initial_options": options[:1]}),
        entry("areas", {"type": "multi_static_select", "options": options}),
        entry("number", {"type": "number_input", "is_decimal_allowed": False, "max_value": "12"}),
        entry("time", {"type": "timepicker", "initial_time": "10:25"}),
        entry("date", {"type": "datepicker"}),
        entry("who", {"type": "multi_users_select"}),
        entry("where", target),
    ]
    return modal(blocks=blocks)


async def test_every_kind_of_input_arrives_in_slacks_shape(slack: Playground, app: AsyncApp, anna: Person) -> None:
    seen: list[dict[str, Any]] = []

    @app.command("/echo")
    async def echo(ack: Any, client: AsyncWebClient, command: dict[str, Any]) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=rich_form())
        await ack()

    @app.view("form")
    async def form(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    entered = {"areas": ["b", "c"], "number": 7, "date": "2026-03-02", "who": ["U0MEI"]}
    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
        (view,) = (await anna.state())["views"]
        too_much = await anna.submit(view["id"], {"number": {"field": 13}})
        assert (await anna.submit(view["id"], {key: {"field": value} for key, value in entered.items()}))["ok"]
    values = {key: held["field"] for key, held in seen[0]["view"]["state"]["values"].items()}
    assert [option["value"] for option in values["days"]["selected_options"]] == ["a"]
    assert [option["value"] for option in values["areas"]["selected_options"]] == ["b", "c"]
    assert values["number"] == {"type": "number_input", "value": "7"}
    assert values["time"] == {"type": "timepicker", "selected_time": "10:25"}
    assert values["date"] == {"type": "datepicker", "selected_date": "2026-03-02"}
    assert values["who"] == {"type": "multi_users_select", "selected_users": ["U0MEI"]}
    assert values["where"]["selected_conversation"] == "C0DESIGN"
    assert seen[0]["response_urls"][0]["channel_id"] == "C0DESIGN"
    assert too_much["errors"] == {"number": "Must be at most 12."}


async def test_what_a_form_holds_survives_a_press_and_an_update(slack: Playground, app: AsyncApp, anna: Person) -> None:
    @app.command("/echo")
    async def echo(ack: Any, client: AsyncWebClient, command: dict[str, Any]) -> None:
        form = modal()
        await client.views_open(trigger_id=command["trigger_id"], view=form | {"blocks": [*form["blocks"], BUTTON]})
        await ack()

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = body["view"]
        assert view["state"]["values"]["name"]["text"]["value"] == "Anna"
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Changed"))
        await ack()

    submitted: list[str] = []

    @app.view("form")
    async def form(ack: Any, view: dict[str, Any]) -> None:
        submitted.append(view["state"]["values"]["name"]["text"]["value"])
        await ack()

    async with running(app, slack):
        await anna.say("C0DESIGN", "/echo")
        (view,) = (await anna.state())["views"]
        container = {"type": "view", "view_id": view["id"]}
        assert (await anna.press(container, "go", values={"name": {"text": "Anna"}}))["ok"]
        (changed,) = (await anna.state())["views"]
        assert (changed["title"]["text"], changed["hash"] != view["hash"]) == ("Changed", True)
        assert (await anna.submit(view["id"], {}))["ok"]
    assert submitted == ["Anna"]

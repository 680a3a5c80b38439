"""A small app with one of everything, to see how the page shows it."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Block = dict[str, Any]

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo"},
    "features": {
        "bot_user": {"display_name": "Echo"},
        "slash_commands": [{"command": "/echo", "description": "Says it back", "usage_hint": "[words]"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "reactions:read", "users:read", "files:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id, **more}


def option(text: str, value: str) -> Block:
    return {"text": plain(text), "value": value}


def question(block_id: str, label: str, element: Block, **more: Any) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def prompt(count: int = 0) -> list[Block]:
    overflow = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Another exercise", "another"), option("I'm off today", "off")],
    }
    confirm = {
        "title": plain("Leave this run?"),
        "text": plain("What you did so far counts."),
        "confirm": plain("Leave"),
        "deny": plain("Stay"),
    }
    row = [
        button("Done", "done", style="primary"),
        button("Guide me", "guide"),
        button("Leave", "leave", confirm=confirm),
        overflow,
    ]
    return [
        {"type": "header", "text": plain("Lower back: wall sit, 30 seconds")},
        section("• Lean your *whole* back on a wall.\n• Higher is easier :muscle:"),
        {"type": "actions", "block_id": "row", "elements": row},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"{count} done"}]},
    ]


def form() -> dict[str, Any]:
    days = [option(day, day.lower()) for day in ("Monday", "Tuesday", "Friday")]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Breaks in #design"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            question("times", "Times", {"type": "plain_text_input", "action_id": "t"}, hint=plain("Up to 12 a day.")),
            question("days", "Days", {"type": "checkboxes", "action_id": "d", "options": days}, optional=True),
            question("area", "Area", {"type": "static_select", "action_id": "a", "options": days}, optional=True),
            question(
                "off", "Holidays", {"type": "multi_static_select", "action_id": "o", "options": days}, optional=True
            ),
            question("first", "First day", {"type": "datepicker", "action_id": "f"}, optional=True),
            {"type": "actions", "block_id": "grow", "elements": [button("One more field", "grow")]},
        ],
    }


def card(number: int) -> dict[str, Any]:
    row = [button("Back", "back"), button("Next", "next", style="primary", value=str(number + 1))]
    return {
        "type": "modal",
        "callback_id": "guide",
        "title": plain("Lower back, 5 moves"),
        "blocks": [section(f"*{number} of 5*"), {"type": "actions", "block_id": f"row{number}", "elements": row}],
    }


HOME: list[Block] = [
    {"type": "header", "text": plain("Today")},
    section("*Wall sit*, 30 seconds", accessory=button("Done", "done")),
    section(
        "Pictures",
        accessory={
            "type": "static_select",
            "action_id": "pictures",
            "options": [option("Still", "s"), option("Moving", "m")],
        },
    ),
]


def build_app(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    """Make the app; it calls Slack through `client`."""
    app = AsyncApp(client=client, signing_secret=signing_secret)
    app.command("/echo")(_echo)
    app.action("done")(_count)
    app.action("guide")(_guide)
    app.action("next")(_next)
    app.action("grow")(_grow)
    for action_id in ("more", "leave", "pictures"):
        app.action(action_id)(_say_what_was_chosen)
    app.view("form")(_submitted)
    app.event("app_home_opened")(_home)
    return app


async def _echo(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
    if command["text"] == "form":
        await client.views_open(trigger_id=command["trigger_id"], view=form())
        await ack()
    else:
        await ack(f"You said {command['text']}")


async def _count(ack: Any, respond: Any) -> None:
    await ack()
    await respond("Counted. 12 days in a row.", response_type="ephemeral", replace_original=False)


async def _guide(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=body["trigger_id"], view=card(1))
    await ack()


async def _next(ack: Any, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
    await client.views_update(view_id=body["view"]["id"], view=card(int(action["value"])))
    await ack()


async def _grow(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    note = question("note", "Note", {"type": "plain_text_input", "action_id": "n"}, optional=True)
    bigger = form()
    bigger["blocks"].insert(0, note)
    await client.views_update(view_id=body["view"]["id"], view=bigger)
    await ack()


async def _submitted(ack: Any, view: dict[str, Any]) -> None:
    times = view["state"]["values"]["times"]["t"]["value"]
    if ":" in times:
        await ack()
    else:
        await ack(response_action="errors", errors={"times": f"I couldn't read '{times}'. Try 10:25."})


async def _home(event: dict[str, Any], client: AsyncWebClient) -> None:
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": HOME})


async def _say_what_was_chosen(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    chosen = body["actions"][0]
    text = chosen.get("selected_option", chosen).get("value", "")
    await client.chat_postEphemeral(channel="C0DESIGN", user=body["user"]["id"], text=f"Chosen: {text}")

"""What a person can do: write, press, react, submit, look at the Home tab, come and go."""

import re
from collections.abc import Callable
from typing import Any

from playground import events, interactions, messages, modals
from playground.delivery import Answer, Delivery, Kind, Transport
from playground.elements import UnknownOptionError, action, chosen_in, find_element, state_values
from playground.entities import Channel, Ephemeral, Json, Message, View
from playground.errors import RefusedActionError, SlackError, nowhere
from playground.event_queue import EventQueue
from playground.file_inputs import with_files
from playground.forms import entered_values, form_errors, form_values
from playground.local_slack import LocalSlack
from playground.response_urls import answer_in_acknowledgement
from playground.submissions import apply_submission_answer

_FAILURES = {
    "app_not_connected": "{app} is not running, so it could not answer. Start it and try again.",
    "operation_timeout": "{app} did not answer within three seconds. Try again in a moment.",
    "dispatch_failed": "{app} could not handle that. Its log says why.",
}


class Acting:
    """Carries out what people do and waits until the app has acknowledged it."""

    def __init__(self, slack: LocalSlack, queue: EventQueue, transport: Callable[[], Transport]) -> None:
        self._slack = slack
        self._queue = queue
        self._transport = transport

    async def say(self, user: str, channel_id: str, text: str, thread_ts: str | None) -> Json:
        """Post a message, or run the slash command it begins with."""
        channel = self._own_channel(user, channel_id)
        if not text.strip():
            raise RefusedActionError("no_text", "There is nothing to send.")
        if text.startswith("/"):
            return await self._command(user, channel, text, thread_ts)
        if thread_ts and self._slack.workspace.message(channel.id, thread_ts) is None:
            raise nowhere("That thread is not there.")
        text = self._with_mentions(text)
        message = Message(channel.id, self._slack.next_ts(), user, text, thread_ts=thread_ts)
        messages.post(self._slack.workspace, message)
        events.message_posted(self._slack, channel, message)
        return await self._done(ts=message.ts)

    async def react(self, user: str, channel_id: str, ts: str, name: str, *, on: bool) -> Json:
        """Add or take back a reaction; one that is already so changes nothing."""
        self._own_channel(user, channel_id)
        message = self._slack.workspace.message(channel_id, ts)
        if message is None:
            raise nowhere("That message is not there any more.")
        if messages.react(self._slack.workspace, message, name.strip(":"), user, on=on):
            events.reaction_changed(self._slack, message, name.strip(":"), user, on=on)
        return await self._done()

    async def open_home(self, user: str) -> Json:
        """Look at the app's Home tab."""
        events.home_opened(self._slack, user)
        return await self._done()

    async def set_membership(self, channel: Channel, user: str, *, inviter: str | None, on: bool) -> Json:
        """Let somebody, or the app, join or leave a channel."""
        if channel.kind == "dm":
            raise RefusedActionError("method_not_supported", "Direct messages have no members to change.")
        if (user in channel.members) != on:
            if on:
                channel.members.append(user)
            else:
                channel.members.remove(user)
            self._slack.workspace.save(channel)
            events.membership_changed(self._slack, channel, user, inviter=inviter, on=on)
        return await self._done()

    async def press(
        self,
        user: str,
        container: Json,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
        entered: Json | None = None,
    ) -> Json:
        """Press a button, or choose in a menu; `entered` is what the form around it holds by now."""
        place = self._place(user, container)
        blocks = place.content["blocks"] if isinstance(place, View) else place.blocks
        found = find_element(blocks, action_id, block_id)
        if found is None:
            raise nowhere("That button is not there any more.")
        entry = self._action(*found, value)
        if isinstance(place, View):
            given = with_files(self._slack, user, place, entered or {})
            self._remember(place, entered_values(place, given), chosen_in(*found, entry))
        chosen = place.chosen if isinstance(place, View) else chosen_in(*found, entry)
        values = state_values(blocks, chosen)
        await self._interact(self._press_payload(user, place, entry, values))
        return {"ok": True}

    async def submit(self, user: str, view_id: str, entered: Json) -> Json:
        """Submit a modal; raises `field_errors` with a sentence for each field that is wrong."""
        view = self._open_modal(user, view_id)
        values = form_values(view, with_files(self._slack, user, view, entered))
        errors = form_errors(view, values)
        if errors:
            raise RefusedActionError("field_errors", "Some fields need another look.", errors=errors)
        answer = await self._interact(interactions.view_submission(self._slack, view, values))
        apply_submission_answer(self._slack, view, answer.body)
        return {"ok": True}

    async def close(self, user: str, view_id: str) -> Json:
        """Close a modal; the app hears of it if it asked to."""
        view = self._open_modal(user, view_id)
        modals.close_top(self._slack, user)
        if view.content.get("notify_on_close"):
            values = state_values(view.content["blocks"], view.chosen)
            # The form is closed whatever the app makes of it, so a failure is nothing to tell the person.
            payload = interactions.view_closed(self._slack, view, values)
            await self._transport().deliver(Delivery("interactive", payload))
        return {"ok": True}

    async def _command(self, user: str, channel: Channel, text: str, thread_ts: str | None) -> Json:
        command, _, rest = text.partition(" ")
        if thread_ts:
            raise RefusedActionError("not_in_thread", f"{command} cannot be used in a thread.")
        if command in ("/invite", "/remove"):
            return await self._bring(user, channel, rest.strip(), on=command == "/invite")
        if command not in {entry["command"] for entry in self._slack.app.commands}:
            raise RefusedActionError("unknown_command", f"{command} is not a command here.")
        payload = interactions.slash_command(self._slack, user, channel, command, rest.strip())
        answer = await self._deliver("slash_commands", payload)
        try:
            answer_in_acknowledgement(self._slack, user, channel.id, answer.body)
        except SlackError as error:
            raise self._refused_by_slack(error) from error
        return {"ok": True}

    async def _bring(self, user: str, channel: Channel, words: str, *, on: bool) -> Json:
        for word in words.split():
            who = self._mentioned(word)
            if who is not None:
                return await self.set_membership(channel, who, inviter=user, on=on)
        raise RefusedActionError("user_not_found", f"Nobody here is called {words or 'that'}.")

    def _mentioned(self, word: str) -> str | None:
        if self._slack.app.answers_to(word):
            return self._slack.app.user_id
        names = {f"@{person.name}": person.id for person in self._slack.workspace.people.values()}
        return names.get(word.lower())

    def _with_mentions(self, text: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            who = self._mentioned(match[0])
            return f"<@{who}>" if who else match[0]

        return re.sub(r"@\w+", replaced, text)

    def _own_channel(self, user: str, channel_id: str) -> Channel:
        channel = self._slack.workspace.channels.get(channel_id)
        if channel is None or (channel.private and user not in channel.members):
            raise nowhere("That channel is not there.")
        if user not in channel.members:
            raise RefusedActionError("not_in_channel", f"You are not in #{channel.name}.")
        if channel.archived:
            raise RefusedActionError("is_archived", f"#{channel.name} has been archived.")
        return channel

    def _place(self, user: str, container: Json) -> Message | Ephemeral | View:
        workspace = self._slack.workspace
        found: Message | Ephemeral | View | None = None
        if container.get("type") == "message":
            self._own_channel(user, str(container.get("channel")))
            found = workspace.message(str(container.get("channel")), str(container.get("ts")))
        elif container.get("type") == "ephemeral":
            found = workspace.ephemerals.get(str(container.get("id")))
        elif container.get("type") == "view":
            found = workspace.views.get(str(container.get("view_id")))
        if found is None or (not isinstance(found, Message) and found.user != user):
            raise nowhere("That is not there any more, or it is somebody else's.")
        return found

    def _open_modal(self, user: str, view_id: str) -> View:
        stack = self._slack.workspace.stack(user)
        if not stack or stack[-1].id != view_id:
            raise nowhere("That form is not open any more.")
        return stack[-1]

    def _action(self, block_id: str, element: Json, value: Any) -> Json:
        try:
            return action(block_id, element, value, self._slack.next_ts())
        except (UnknownOptionError, ValueError) as error:
            raise nowhere(f"The menu does not offer {value!r}.") from error

    def _remember(self, view: View, *held: Json) -> None:
        for values in held:
            for block_id, actions in values.items():
                view.chosen.setdefault(block_id, {}).update(actions)
        self._slack.workspace.save(view)

    def _press_payload(self, user: str, place: Message | Ephemeral | View, entry: Json, values: Json) -> Json:
        if isinstance(place, Message):
            return interactions.message_action(self._slack, user, place, entry, values)
        if isinstance(place, Ephemeral):
            return interactions.ephemeral_action(self._slack, place, entry, values)
        return interactions.view_action(self._slack, place, entry, values)

    async def _interact(self, payload: Json) -> Answer:
        return await self._deliver("interactive", payload)

    async def _deliver(self, kind: Kind, payload: Json) -> Answer:
        if not self._slack.settings.installed:
            sentence = f"{self._slack.app.name} is not installed in {self._slack.settings.team_name}."
            raise RefusedActionError("app_not_installed", sentence)
        self._slack.commit()
        answer = await self._transport().deliver(Delivery(kind, payload))
        if answer.failure:
            sentence = _FAILURES[answer.failure].format(app=self._slack.app.name)
            raise RefusedActionError(answer.failure, sentence)
        return answer

    def _refused_by_slack(self, error: SlackError) -> RefusedActionError:
        name = self._slack.app.name
        return RefusedActionError(
            "invalid_answer", f"{name} answered with something Slack refuses: {error.error}.", **error.details
        )

    async def _done(self, **details: Any) -> Json:
        self._slack.commit()
        await self._queue.settled()
        return {"ok": True, **details}

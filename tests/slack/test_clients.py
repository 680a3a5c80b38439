"""What every call costs: the SDK is kept from writing requests down that nobody reads."""

import pytest

from bot.slack.clients import Clients, Identity, OneGrant
from bot.slack.manifest import manifest
from playground.server import Playground
from tests.world import DESIGN


class _Word(str):
    """A word that notices when a request is written out for people to read, which JSON does not do."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise AssertionError("the request was written down")


@pytest.mark.parametrize("of_workspace", [True, False])
async def test_no_request_is_written_down_for_nobody(*, of_workspace: bool) -> None:
    async with Playground(manifest=manifest()) as slack, Clients(slack.api_url) as clients:
        identity = await clients.identify(slack.bot_token)
        clients.use(OneGrant(Identity(identity.team_id, "", "", ""), slack.bot_token))
        client = clients.client_of(identity.team_id) if of_workspace else clients.anonymous(slack.bot_token)
        answer = await client.chat_postMessage(channel=DESIGN, text=_Word("hello"))
    assert answer["ok"]

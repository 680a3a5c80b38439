"""Brings our pictures into a workspace's files, in the background and one at a time, and again when they are gone."""

import asyncio
import logging
from enum import Enum, auto

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.outbox import Outcome
from bot.domain.pictures import CALLS_WITHIN, LONGEST_WAIT, Brought, Stock, Upload, back_off
from bot.services import pictures as services
from bot.services.ports import DatabaseAway, OpenUnitOfWork
from bot.slack import calls
from bot.slack.payloads import error_name
from bot.slack.pictures import Pictures

logger = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 60.0
"""How often a process sees what others have uploaded, or found to be gone."""

_WHILE_OTHERS_UPLOAD_SECONDS = 5.0
"""How often it looks while another process is at it, or Slack wants to be left alone."""

_LOOK_AFTER_SECONDS = (0.5, 1, 2, 4, 8)
"""Slack needs some moments after an upload until it can show a picture."""


class Sight(Enum):
    """What Slack says of a file of ours."""

    SHOWN = auto()
    NOT_YET = auto()
    GONE = auto()
    UNKNOWN = auto()
    """Without the scope files:read nobody can ask."""


_GOOD = frozenset({Sight.SHOWN, Sight.UNKNOWN})
_ALL_BUT_NOT_YET = frozenset(Sight) - {Sight.NOT_YET}

_FOR_A_PERSON_TO_MEND = frozenset({Outcome.REFUSED, Outcome.CHANNEL_GONE})

_REFUSED = {"missing_scope": Sight.UNKNOWN, "file_not_found": Sight.GONE, "file_deleted": Sight.GONE}
"""What Slack's errors say of a file (files.info)."""


class _NotYet(Exception):  # noqa: N818  # an answer of Slack's, not a failure of ours
    """The file is in Slack, and cannot be shown yet."""


class Uploads:
    """One process's care for the pictures of one workspace; any number of processes may care for the same one."""

    def __init__(
        self, pictures: Pictures, open_unit_of_work: OpenUnitOfWork, client: AsyncWebClient, team_id: str
    ) -> None:
        self._pictures = pictures
        self._open = open_unit_of_work
        self._client = client
        self._team_id = team_id
        self._brought: Brought | None = None

    async def keep_up(self) -> None:
        """Upload what the workspace lacks, and see to it that it stays so; meanwhile messages go out bare."""
        try:
            if self._pictures.are_uploaded and self._pictures.digests:
                await self._keep_up()
        finally:
            self._pictures.were_looked_after()

    async def _keep_up(self) -> None:
        is_expected = False
        while True:
            try:
                if not is_expected:
                    await services.expect(self._open, self._team_id, self._pictures.digests)
                    is_expected = True
                wait = await self._turn()
            except DatabaseAway as error:
                logger.warning("pictures wait for the database: %s", type(error).__name__)
                wait = _LOOK_AGAIN_SECONDS
            await self._pictures.until_doubted(wait)

    async def _turn(self) -> float:
        """Look at what is there and bring one picture that is not; answers in how many seconds to go on."""
        doubted = self._pictures.doubted(self._team_id)
        stock = await services.take_stock(
            self._open,
            self._team_id,
            self._pictures.digests,
            self._pictures.first,
            brought=self._brought,
            doubted=doubted,
        )
        self._brought = None
        self._pictures.forget_doubts(self._team_id, doubted)
        self._pictures.are_shown(self._team_id, stock.shown)
        if stock.upload is None:
            return self._rest(stock)
        self._brought = await self._bring(stock.upload)
        if not self._brought.is_shown:
            self._pictures.were_looked_after()
        return 0  # written down at once, together with the next look

    def _rest(self, stock: Stock) -> float:
        if len(stock.shown) < len(self._pictures.digests):
            return min(max(stock.look_again_in.total_seconds(), 0.1), _WHILE_OTHERS_UPLOAD_SECONDS)
        self._pictures.were_looked_after()
        return _LOOK_AGAIN_SECONDS

    async def _bring(self, upload: Upload) -> Brought:
        """Bring a picture to Slack, or look whether it is there."""
        wait = back_off(upload.attempts)
        try:
            async with asyncio.timeout(CALLS_WITHIN.total_seconds()):
                if await self._is_there(upload) or await self._upload(upload):
                    return Brought(upload, is_shown=True)
            reason = "Slack does not show it"
        except SlackApiError as error:
            result = calls.result_of(error)
            if result.outcome is Outcome.TRY_LATER and result.retry_after:
                return Brought(upload, is_shown=False, wait=result.retry_after)
            reason = error_name(error) or "no answer"
            if result.outcome in _FOR_A_PERSON_TO_MEND:
                wait = LONGEST_WAIT
        except Exception as error:  # noqa: BLE001  # whatever goes wrong, messages go out without pictures
            reason = type(error).__name__
        logger.warning("%s is not in Slack yet: %s", upload.name, reason)
        return Brought(upload, is_shown=False, wait=wait)

    async def _is_there(self, upload: Upload) -> bool:
        """Tell whether a picture that went up before, or is doubted, can be shown; raises _NotYet while it may be."""
        if not upload.file_id:
            return False
        sight = await self._watch(upload.file_id, _ALL_BUT_NOT_YET)
        if sight is Sight.NOT_YET:
            raise _NotYet
        return sight is Sight.SHOWN

    async def _upload(self, upload: Upload) -> bool:
        """Upload a picture and wait until Slack can show it; where nobody can ask, it is taken to."""
        path = self._pictures.path(upload.name)
        answer = await self._client.files_upload_v2(file=str(path), filename=upload.name, title=path.stem)
        file_id = str(answer["files"][0]["id"])
        if not await services.remember_upload(self._open, upload, file_id):
            return False
        return await self._watch(file_id, _GOOD) in _GOOD

    async def _watch(self, file_id: str, until: frozenset[Sight]) -> Sight:
        """Look at a file until one of these is so, or Slack has had time enough."""
        for seconds in _LOOK_AFTER_SECONDS:
            if (sight := await self._look(file_id)) in until:
                return sight
            await asyncio.sleep(seconds)
        return await self._look(file_id)

    async def _look(self, file_id: str) -> Sight:
        try:
            answer = await self._client.files_info(file=file_id)
        except SlackApiError as error:
            sight = _REFUSED.get(error_name(error) or "")
            if sight is None:
                raise
            return sight
        file = answer["file"]
        if file.get("mode") == "tombstone":
            return Sight.GONE
        return Sight.SHOWN if file.get("mimetype") else Sight.NOT_YET

"""Where Slack finds our pictures: at our own address, or uploaded once to each workspace."""

import asyncio
import hashlib
import logging
from functools import cached_property
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.services import workspaces
from bot.services.ports import OpenUnitOfWork
from bot.slack.views.parts import Picture
from routines.catalogue import Catalogue

logger = logging.getLogger(__name__)


class Pictures:
    """The pictures of a catalogue; `public_url` is our own address in HTTP mode, None where they must be uploaded."""

    def __init__(self, catalogue: Catalogue, public_url: str | None) -> None:
        self._catalogue = catalogue
        self._public_url = public_url
        self._uploaded: dict[tuple[str, str], str] = {}
        self._looked_after = asyncio.Event()

    @cached_property
    def digests(self) -> dict[str, str]:
        """Map the file name of every picture there is to a digest of its content."""
        stems = dict.fromkeys(step.picture for routine in self._catalogue.routines for step in routine.steps())
        paths = [self._catalogue.picture_path(stem, moving=moving) for stem in stems for moving in (False, True)]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths if path.is_file()}

    def find(self, team_id: str, stem: str, *, moving: bool = False) -> Picture | None:
        """Say where Slack finds a picture, the still for want of a moving one; None when it is not there yet."""
        for name in ([f"{stem}.gif"] if moving else []) + [f"{stem}.png"]:
            if self._public_url is not None and name in self.digests:
                return {"image_url": f"{self._public_url}/pictures/{self.digests[name]}/{name}"}
            if (team_id, name) in self._uploaded:
                return {"slack_file": {"id": self._uploaded[team_id, name]}}
        return None

    def locate(self, digest: str, name: str) -> Path | None:
        """Find the file of a picture by its digest and file name, for serving it ourselves."""
        if self.digests.get(name) != digest:
            return None
        stem, _, kind = name.partition(".")
        return self._catalogue.picture_path(stem, moving=kind == "gif")

    async def upload_missing(self, open_unit_of_work: OpenUnitOfWork, client: AsyncWebClient, team_id: str) -> None:
        """Upload what a workspace does not have yet, and remember the ids; without it messages go out bare."""
        try:
            if self._public_url is None:
                await self._upload_missing(open_unit_of_work, client, team_id)
        finally:
            self._looked_after.set()

    async def looked_after(self) -> None:
        """Wait until every picture is where Slack finds it, or could not be brought there."""
        await self._looked_after.wait()

    async def _upload_missing(self, open_unit_of_work: OpenUnitOfWork, client: AsyncWebClient, team_id: str) -> None:
        known = await workspaces.list_pictures(open_unit_of_work, team_id)
        for name, digest in self.digests.items():
            if known.get(name, ("", ""))[0] == digest:
                self._uploaded[team_id, name] = known[name][1]
                continue
            file_id = await self._upload(client, name)
            if file_id is None:
                return
            await workspaces.remember_picture(open_unit_of_work, team_id, name, digest, file_id)
            self._uploaded[team_id, name] = file_id

    async def _upload(self, client: AsyncWebClient, name: str) -> str | None:
        stem, _, kind = name.partition(".")
        path = self._catalogue.picture_path(stem, moving=kind == "gif")
        try:
            response = await client.files_upload_v2(file=str(path), filename=name, title=stem)
            return str(response["files"][0]["id"])
        except Exception:  # whatever goes wrong, prompts go out without pictures
            logger.warning("%s could not be uploaded", name, exc_info=True)
            return None

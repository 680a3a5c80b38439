"""Where Slack finds our pictures: at our own address, or among the files uploaded to each workspace."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from bot.slack.views.parts import Block, Picture, slack_files
from routines.catalogue import Catalogue
from routines.model import Area


class Pictures:
    """The pictures of a catalogue; `public_url` is our own address in HTTP mode, None where they must be uploaded."""

    def __init__(self, catalogue: Catalogue, public_url: str | None) -> None:
        self._catalogue = catalogue
        self._public_url = public_url
        self._shown: dict[str, Mapping[str, str]] = {}
        self._doubted: dict[str, set[str]] = {}
        self._doubts = asyncio.Event()
        self._looked_after = asyncio.Event()
        self._first_shown = asyncio.Event()

    @property
    def are_uploaded(self) -> bool:
        """Tell whether Slack finds pictures only among its own files."""
        return self._public_url is None

    @cached_property
    def digests(self) -> dict[str, str]:
        """Map the file name of every picture there is to a digest of its content."""
        stems = dict.fromkeys(step.picture for routine in self._catalogue.routines for step in routine.steps())
        paths = [self._catalogue.picture_path(stem, moving=moving) for stem in stems for moving in (False, True)]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths if path.is_file()}

    @cached_property
    def first(self) -> frozenset[str]:
        """The file names of what goes up first: the pictures of the area that set-up suggests, still and moving."""
        suggested = [routine for routine in self._catalogue.routines if routine.area is Area.LOWER_BACK]
        stems = {step.picture for routine in suggested for step in routine.steps()}
        names = {f"{stem}.{kind}" for stem in stems for kind in ("png", "gif")}
        return frozenset(names & self.digests.keys())

    def find(self, team_id: str, stem: str, *, moving: bool = False) -> Picture | None:
        """Say where Slack finds a picture, the still for want of a moving one; None when it is not there yet."""
        shown = self._shown.get(team_id, {})
        plain = stem.removesuffix("-left")  # what is there of an own exercise for both sides
        for name in [f"{each}.{kind}" for each in (stem, plain) for kind in (["gif"] * moving + ["png"])]:
            if self._public_url is not None and name in self.digests:
                return {"image_url": f"{self._public_url}/pictures/{self.digests[name]}/{name}"}
            if name in shown and shown[name] not in self._doubted.get(team_id, ()):
                return {"slack_file": {"id": shown[name]}}
        return None

    def locate(self, digest: str, name: str) -> Path | None:
        """Find the file of a picture by its digest and file name, for serving it ourselves."""
        return self.path(name) if self.digests.get(name) == digest else None

    def path(self, name: str) -> Path:
        """Find the file of a picture by its file name."""
        stem, _, kind = name.partition(".")
        return self._catalogue.picture_path(stem, moving=kind == "gif")

    def are_shown(self, team_id: str, file_ids: Mapping[str, str]) -> None:
        """Take note of the pictures that Slack can show in a workspace, by name with their file ids."""
        self._shown[team_id] = file_ids
        if self.first <= file_ids.keys():
            self._first_shown.set()

    def doubt(self, team_id: str, blocks: Sequence[Block]) -> None:
        """Use the pictures of a message no more that Slack took only without them, until they have been looked at."""
        file_ids = slack_files(blocks)
        if file_ids:
            self._doubted.setdefault(team_id, set()).update(file_ids)
            self._doubts.set()

    def doubted(self, team_id: str) -> frozenset[str]:
        """List the file ids in a workspace that are to be looked at."""
        return frozenset(self._doubted.get(team_id, ()))

    def forget_doubts(self, team_id: str, file_ids: frozenset[str]) -> None:
        """Trust the database again on these files: it knows of the doubts."""
        self._doubted.get(team_id, set()).difference_update(file_ids)

    def were_looked_after(self) -> None:
        """Say that every picture is where Slack finds it, or that one could not be brought there for now."""
        self._looked_after.set()
        self._first_shown.set()

    async def first_shown(self) -> None:
        """Wait until what goes up first is where Slack finds it, or a picture could not be brought there for now."""
        await self._first_shown.wait()

    async def looked_after(self) -> None:
        """Wait until every picture is where Slack finds it, or one could not be brought there for now."""
        await self._looked_after.wait()

    async def until_doubted(self, seconds: float) -> None:
        """Wait until there is a doubt, or for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._doubts.wait()
        except TimeoutError:
            return
        self._doubts.clear()

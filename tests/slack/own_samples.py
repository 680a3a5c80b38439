"""The modals of own routines in many states."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.own_routines import MOST, Listed, OwnRoutine
from bot.slack.views import own_routines, schedules
from routines.catalogue import default_catalogue
from routines.problems import Problem
from tests.own import SWAY

PROBLEM = Problem(Path("a.toml"), 3, "id", "'<a>' & 'b' are taken", "Write another.")
_AT = datetime(2026, 3, 3, 9, 25, tzinfo=UTC)


def own_modals() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a name and a view for every state."""
    one = Listed(OwnRoutine("sway", SWAY, _AT, "<!channel> & <@U1>"), default_catalogue().routine("lowback"))
    lost = Listed(OwnRoutine("gone", SWAY, _AT, None), None)
    filled = own_routines.in_fields(SWAY * 45)
    for name, listed in {"none": [], "one": [one], "most": [one, lost] * (MOST // 2)}.items():
        yield f"own routines, {name}", own_routines.manage(listed, may_change=True, may_upload=True)
        yield f"own routines, {name}, to see", own_routines.manage(listed, may_change=False, may_upload=False)
        view = own_routines.manage(listed, may_change=True, may_upload=False, filled=filled, of="sway")
        yield f"own routines, {name}, filled", view
    for replaces in (False, True):
        said = own_routines.accepted("Ours & <more>", "sway", replaces=replaces)
        yield f"own routine taken, {replaces}", schedules.notice(said)

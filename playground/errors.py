"""How the playground says no."""

from typing import Any


class SlackError(Exception):
    """A Web API call that Slack would answer with `ok: false`, by Slack's own error name."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details

    def envelope(self) -> dict[str, Any]:
        """Give the answer's body."""
        return {"ok": False, "error": self.error, **self.details}


class RefusedActionError(Exception):
    """Something a person cannot do, with a sentence that says why; 404 where the place does not exist."""

    def __init__(self, error: str, message: str, *, status: int = 200, **details: Any) -> None:
        super().__init__(message)
        self.error = error
        self.status = status
        self.details = details

    def envelope(self) -> dict[str, Any]:
        """Give the answer's body."""
        return {"ok": False, "error": self.error, "message": str(self), **self.details}


def nowhere(message: str) -> RefusedActionError:
    """Make the refusal for a person, message or form that is not there."""
    return RefusedActionError("not_found", message, status=404)

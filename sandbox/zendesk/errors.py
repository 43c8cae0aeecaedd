"""How Zendesk says no."""

from sandbox.http import Response


class RefusedError(Exception):
    """A request Zendesk does not answer; ``response`` is what it says instead."""

    def __init__(self, status: int, error: str, description: str = "") -> None:
        super().__init__(status)
        body = {"error": error, **({"description": description} if description else {})}
        self.response = Response(status, body)


def missing() -> RefusedError:
    """Refuse because there is no such record, or no longer."""
    return RefusedError(404, "RecordNotFound", "Not found")


def bad(description: str, error: str = "InvalidValue") -> RefusedError:
    """Refuse a parameter."""
    return RefusedError(400, error, description)

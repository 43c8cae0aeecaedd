"""How Stripe says no."""

from sandbox.http import Response

BROKEN = 500
DOCS = "https://docs.stripe.com/error-codes/"


class RefusedError(Exception):
    """A request Stripe does not answer; ``response`` is what it says instead."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def error(status: int, message: str, code: str = "", param: str = "") -> Response:
    """Give the error body every client of Stripe expects."""
    kind = "api_error" if status >= BROKEN else "invalid_request_error"
    found = {"type": kind, "message": message}
    if code:
        found |= {"code": code, "doc_url": DOCS + code.replace("_", "-")}
    if param:
        found["param"] = param
    return Response(status, {"error": found})


def missing(kind: str, found: str, param: str = "id", status: int = 404) -> RefusedError:
    """Refuse because there is no such object; as a cursor that is 400, asked for itself 404."""
    message = f"No such {kind.replace('_', ' ')}: '{found}'"
    return RefusedError(error(status, message, "resource_missing", param))


def bad(message: str, code: str, param: str) -> RefusedError:
    """Refuse a parameter."""
    return RefusedError(error(400, message, code, param))

"""How Chargebee says no."""

from sandbox.http import Response

CODES = {
    400: "invalid_request",
    401: "api_authentication_failed",
    403: "api_authorization_failed",
    404: "resource_not_found",
    405: "http_method_not_supported",
    409: "lock_timeout",
    429: "api_request_limit_exceeded",
    503: "internal_temporary_error",
}
SAID = {
    401: "Sorry, authentication failed. Invalid API key",
    404: "Sorry, we couldn't find that resource",
    429: "Sorry, access is blocked: too many requests",
}
OURS = 500


class RefusedError(Exception):
    """A request Chargebee does not answer; ``response`` is what it says instead."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def error(status: int, message: str = "", code: str = "", param: str = "") -> Response:
    """Give the error body every client of Chargebee expects."""
    body = {
        "message": message or SAID.get(status, "Something went wrong"),
        "api_error_code": code or CODES.get(status, "internal_error"),
        "http_status_code": status,
        "type": "operation_failed" if status >= OURS else "invalid_request",
    }
    return Response(status, {**body, "param": param} if param else body)


def bad(param: str, message: str) -> RefusedError:
    """Refuse the value of a parameter."""
    return RefusedError(error(400, f"{param} : {message}", "param_wrong_value", param))

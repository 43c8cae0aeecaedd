"""Paths to methods: ``@route("GET", "/v1/customers/{id}")`` above the method that answers."""

import re
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from sandbox.http import Request, Response

F = TypeVar("F", bound=Callable[..., Response])
_marked: dict[Any, list[tuple[str, str]]] = {}


def route(method: str, path: str) -> Callable[[F], F]:
    """Answer ``method`` on ``path``; ``{name}`` takes one segment and becomes an argument.

    May stand several times above one method.
    """

    def mark(answer: F) -> F:
        _marked.setdefault(answer, []).append((method, path))
        return answer

    return mark


class Routed:
    """A function from request to response, put together from its routed methods.

    A literal segment wins over a ``{name}``. Override `guard` to answer before any route does,
    and `refuse` for the vendor's own form of an error.
    """

    _routes: ClassVar[list[tuple[str, re.Pattern[str], Callable[..., Response]]]] = []

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        own = [
            (path.count("{"), method, _pattern(path), answer)
            for answer in vars(cls).values()
            if callable(answer)
            for method, path in _marked.get(answer, ())
        ]
        own.sort(key=lambda found: found[0])
        cls._routes = [*(found[1:] for found in own), *cls._routes]

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        refused = self.guard(request)
        if refused is not None:
            return refused
        known = False
        for method, pattern, answer in self._routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return answer(self, request, **match.groupdict())
            known = known or match is not None
        return self.refuse(405 if known else 404)

    def guard(self, request: Request) -> Response | None:  # noqa: ARG002 - for those who override it
        """Check auth and limits; None lets the request through."""
        return None

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no with a status, in the vendor's own words."""
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        return Response(status, {"error": message or f"status {status}"}, headers)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    named = "".join(
        f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.compile(named)

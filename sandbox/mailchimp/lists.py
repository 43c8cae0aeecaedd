"""Lists by ``count`` and ``offset``, and which fields of them are sent."""

import orjson

from sandbox.clock import parse
from sandbox.http import Request
from sandbox.mailchimp.parts import Body, second

FEWEST, MOST = 10, 1_000


class AskedWrongError(Exception):
    """A parameter Mailchimp does not take; its text says which and why."""


def paging(request: Request) -> tuple[int, int]:
    """Give count and offset."""
    count, offset = request.arg("count", str(FEWEST)), request.arg("offset", "0")
    if not count.isdigit() or int(count) > MOST:
        raise AskedWrongError(f"count: This value should be between 0 and {MOST}.")
    if not offset.isdigit():
        raise AskedWrongError("offset: This value should be a positive integer.")
    return int(count), int(offset)


def time(request: Request, name: str) -> int | None:
    """Give a time of the query in whole seconds since 1970; None if it is not asked for."""
    asked = request.arg(name)
    if not asked:
        return None
    try:
        # A plus sign that nobody encoded arrives as a blank.
        return second(parse(asked.replace(" ", "+")))
    except ValueError:
        raise AskedWrongError(f"{name}: This value is not a valid datetime.") from None


def choice(request: Request, name: str, among: frozenset[str]) -> str:
    """Give a value of the query that must be one of some; "" if it is not asked for."""
    asked = request.arg(name)
    if asked and asked not in among:
        raise AskedWrongError(f"{name}: Value must be one of {', '.join(sorted(among))}")
    return asked


def way(request: Request) -> str:
    """Give the direction of sorting, as SQL says it."""
    return choice(request, "sort_dir", frozenset({"ASC", "DESC"})) or "ASC"


def written(request: Request, name: str, texts: list[str], total: int, beside: Body) -> str:
    """Write the answer: ``fields`` and ``exclude_fields`` say what of it is wanted."""
    only = set(",".join(request.query.get("fields", [])).split(",")) - {""}
    without = set(",".join(request.query.get("exclude_fields", [])).split(","))
    inner = {one.partition(".")[2] for one in only if one.startswith(f"{name}.")}
    rows = _trimmed(texts, inner) if inner else _linked(texts, is_bare=f"{name}._links" in without)
    parts = {name: f"[{','.join(rows)}]"}
    parts |= {one: orjson.dumps(value).decode() for one, value in beside.items()}
    parts["total_items"] = str(total)
    if "_links" not in without:
        parts["_links"] = "[]"
    tops = {one.partition(".")[0] for one in only}
    wanted = {one: text for one, text in parts.items() if not only or one in tops}
    return "{" + ",".join(f'"{one}":{text}' for one, text in wanted.items()) + "}"


def _trimmed(texts: list[str], fields: set[str]) -> list[str]:
    """Leave of each record the fields asked for."""
    rows = ({k: v for k, v in orjson.loads(one).items() if k in fields} for one in texts)
    return [orjson.dumps(row).decode() for row in rows]


def _linked(texts: list[str], *, is_bare: bool) -> list[str]:
    """Add the links every record has, unless they are left out; a record is never empty."""
    return texts if is_bare else [f'{text[:-1]},"_links":[]}}' for text in texts]

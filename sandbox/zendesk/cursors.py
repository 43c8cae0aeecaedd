"""Opaque places in a list: what clients hand back and must not look into."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

from sandbox.zendesk.errors import bad


def written(*values: int) -> str:
    """Give a cursor."""
    return urlsafe_b64encode("||".join(map(str, values)).encode()).decode()


def read(cursor: str, length: int) -> tuple[int, ...]:
    """Read a cursor of ``length`` values; raises `RefusedError` when it is none of ours."""
    try:
        found = tuple(int(part) for part in urlsafe_b64decode(cursor).decode().split("||"))
    except (Base64Error, ValueError):
        found = ()
    if len(found) != length:
        raise bad("cursor is not valid", "InvalidPaginationParameter")
    return found

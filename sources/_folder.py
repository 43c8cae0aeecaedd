"""A folder of files, here or in a bucket: what is there, and what is in it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import IO, Any, cast

import fsspec

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.meter import Meter

COMPRESSED = ".gz"


class HalfWrittenError(VendorBusyError):
    """A file ends in the middle: somebody is still writing it, or its copy broke off."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file, as the folder lists it.

    Attributes:
        name: Its path below the folder, with ``/``.
        size: In bytes.
        modified: When it was last written (aware, UTC).
        etag: What the bucket says of its contents; empty where there is none.
    """

    name: str
    size: int
    modified: datetime
    etag: str = ""

    @property
    def print(self) -> str:
        """Return what changes when the file does."""
        return f"{self.size} {self.modified.isoformat()} {self.etag}".strip()

    @property
    def plain(self) -> str:
        """Return the name without the ending of its compression."""
        return self.name.removesuffix(COMPRESSED)


class Folder:
    """The files below one path or URL. Nothing is asked before the first question.

    Args:
        url: A path, or a URL of any file system that fsspec knows: ``s3://bucket/exports``.
        source: Whose folder it is.
        variable: The setting that named it.
        meter: Counts listings and files opened as calls.
    """

    def __init__(self, url: str, source: str, variable: str, meter: Meter) -> None:
        self._url, self._source, self._variable, self._meter = url, source, variable, meter
        self._files: list[Found] | None = None

    def files(self, pattern: str) -> list[Found]:
        """Return the files of a pattern, by name; ``**/`` at its start is any folder below.

        What begins with a dot is somebody's passing file.
        """
        if self._files is None:
            self._files = sorted(self._listed(), key=lambda found: found.name)
        return [found for found in self._files if _is_like(found.name, pattern)]

    def again(self, found: Found) -> Found:
        """Return the file as it is now."""
        with self._told(found.name):
            fs, root = self._opened()
            return _found(root, fs.info(f"{root}/{found.name}"))

    @contextmanager
    def open(self, found: Found) -> Iterator[IO[bytes]]:
        """Open a file for reading, unpacked.

        Raises:
            HalfWrittenError: what is packed breaks off.
        """
        self._meter.calls += 1
        with self._told(found.name):
            fs, root = self._opened()
            with fs.open(f"{root}/{found.name}", "rb") as raw:
                if not found.name.endswith(COMPRESSED):
                    yield raw
                    return
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast("IO[bytes]", unpacked)

    def _listed(self) -> Iterator[Found]:
        self._meter.calls += 1
        with self._told("the folder"):
            fs, root = self._opened()
            if not fs.exists(root):
                raise ConfigError(
                    f"{self._variable}: there is no folder {root.rpartition('/')[2]}",
                    next_step=f"Make it, or correct {self._variable}.",
                )
            for info in fs.find(root, detail=True).values():
                yield _found(root, info)

    def _opened(self) -> tuple[Any, str]:
        try:
            fs, root = fsspec.core.url_to_fs(self._url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise ConfigError(
                f"{self._variable}: {error}",
                next_step="Install what fsspec names for this kind of URL, such as s3fs.",
            ) from None
        return fs, str(root).rstrip("/")

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """Say in our words what went wrong."""
        where = f"{self._source}: {name}"
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise HalfWrittenError(
                f"{where} breaks off", next_step="The next pull reads it again."
            ) from error
        except PermissionError as error:
            raise VendorRefusedError(
                f"{where} may not be read", next_step=f"Check the rights to {self._variable}."
            ) from error
        except OSError as error:
            raise VendorBusyError(
                f"{where} could not be read: {type(error).__name__}",
                next_step="The next pull reads it again.",
            ) from error


def _found(root: str, info: dict[str, Any]) -> Found:
    name = str(info["name"])[len(root) :].lstrip("/")
    etag = str(info.get("ETag") or info.get("etag") or info.get("md5Hash") or "").strip('"')
    return Found(name, int(info.get("size") or 0), _modified(info), etag)


def _modified(info: dict[str, Any]) -> datetime:
    """Read what each file system calls the time of the last change."""
    names = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
    value = next((info[name] for name in names if info.get(name)), 0)
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), UTC)


def _is_like(name: str, pattern: str) -> bool:
    parts, wanted = name.split("/"), pattern.split("/")
    if any(part.startswith(".") for part in parts):
        return False
    if wanted[0] == "**":
        wanted = wanted[1:]
        parts = parts[-len(wanted) :]
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))

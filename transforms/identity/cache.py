"""The engine's state beside the 360: quick to lose, never the truth."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import duckdb

from core.errors import BusyError
from transforms.identity.engine import store
from transforms.identity.engine.engine import release
from transforms.identity.engine.store import Session

Observe = Callable[[str], None]
RESTING = "200MB"


class Cache:
    """One state, opened when it is first needed and kept when all else is.

    It is committed after the 360, and both note the same ``token``: a state whose token is not
    the 360's was left behind by a night that was cut, or is another's, and is filled anew.
    """

    def __init__(self, folder: Path | None, observe: Observe) -> None:
        """Take a folder; None keeps nothing beyond this run."""
        self._folder = folder
        self._observe = observe
        self._session: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is None:
            return
        with self._session as session:
            if error is None:
                self._keep(session)

    def session(self) -> Session:
        """Return the open state; a file that is none is begun anew."""
        if self._session is None:
            self._session = self._opened()
            self._session.execute("begin")
            if not store.prepare(self._session):
                self.empty()
        return self._session

    def token(self) -> str:
        """Return what the last run that was kept is called; empty if there was none."""
        row = self.session().sql("select value from meta where name = 'token'").fetchone()
        return str(row[0]) if row else ""

    def stamp(self) -> str:
        """Call this run something that no other is called, and return it."""
        token = uuid4().hex
        self.session().execute("delete from meta where name = 'token'")
        self.session().execute("insert into meta values ('token', $1)", [token])
        return token

    def rest(self, memory: str = RESTING) -> None:
        """Let go of memory: until the night is committed nothing more is asked.

        As much as goes: what cannot be put on the disk stays, and ends no night. A state without a
        folder has no disk to go to.
        """
        if self._session is not None and self._folder is not None:
            _limit(self._session, memory)
            release()

    def empty(self) -> None:
        """Forget everything."""
        store.clear(self.session())

    def _opened(self) -> Session:
        if self._folder is None:
            return duckdb.connect(config={"threads": 2})
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / store.FILE
        try:
            return store.connected(file)
        except duckdb.Error as error:
            if "lock" in str(error).lower():
                raise BusyError(f"{self._folder} is in use by another run.") from error
        self._observe("identities: what was kept of last time cannot be read; all is decided anew")
        for name in (file, file.with_name(f"{file.name}.wal")):
            name.unlink(missing_ok=True)
        return store.connected(file)

    def _keep(self, session: Session) -> None:
        """Commit; should it fail, the next run notices and decides all anew."""
        _limit(session, store.MODEST)
        try:
            session.execute("commit")
        except duckdb.Error as error:
            self._observe(f"identities: the state was not kept ({type(error).__name__})")


def _limit(session: Session, memory: str) -> None:
    """Hold a state to some memory, beside its transaction, which an error would end."""
    with suppress(duckdb.Error), session.cursor() as beside:
        beside.execute(f"set memory_limit = '{memory}'")

"""What subscriptions sell: a list inside each of them that is a table of its own."""

from __future__ import annotations

from collections.abc import Iterator

from core.pull import For, Gone, Pull, Record
from sources._sightings import chunks
from sources.chargebee.rows import items

TABLE = "subscription_items"
PAGE = 100


class Items:
    """The items met in one walk through subscriptions."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._waiting: list[Record] = []
        self._now: dict[str, set[str]] = {}
        self._ever: dict[str, set[str]] = {}

    def note(self, subscription: Record) -> None:
        """Take the items out of a subscription, if it says which there are."""
        found = items(subscription)
        if found is None or not subscription.get("id"):
            return
        key = str(subscription["id"])
        self._now[key] = {str(one.get("item_price_id")) for one in found}
        self._ever.setdefault(key, set()).update(self._now[key])
        self._waiting.extend(found)

    def noted(self) -> Iterator[For]:
        """Yield the items noted since the last time."""
        if self._waiting:
            yield For(TABLE, self._waiting)
            self._waiting = []

    def vanished(self) -> Iterator[For]:
        """Yield a Gone for each item, held or met before, that its subscription lost."""
        if not self._now:
            return
        now = self._pull.now().isoformat()
        lost = (
            Gone(subscription_id=parent, item_price_id=key, deleted_at=now)
            for parent, key in self._candidates()
            if parent in self._now and key not in self._now[parent]
        )
        for page in chunks(lost, PAGE):
            yield For(TABLE, page)

    def _candidates(self) -> Iterator[tuple[str, str]]:
        for parent, key in self._pull.known.keys(TABLE):
            yield parent, key
        for parent, keys in self._ever.items():
            for key in keys - self._now[parent]:
                yield parent, key

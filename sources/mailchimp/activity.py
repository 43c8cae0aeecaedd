"""From what Mailchimp tells of an address to one row for each thing that happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from core.pull import Record
from sources.mailchimp.times import moment

_ORDER = ("url", "type", "ip")
_LENT = ("campaign_title", "subject_line")
_BESIDE = ("list_id", "list_is_active", "email_address")


def acts(email: Record, report: Record) -> Iterator[Record]:
    """Yield the activities of one address in one campaign, each under a key of its own.

    ``report`` lends the campaign's names. Mailchimp gives activities no key. Those that share
    action and second are put in order and numbered, so that the same ones get the same numbers
    however the answer is sorted.
    """
    found = email.get("activity")
    told = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    shared: Counter[tuple[str, int]] = Counter()
    beside = {name: email.get(name) for name in _BESIDE}
    beside |= {name: report.get(name) for name in _LENT}
    for one in sorted(told, key=lambda act: [str(act.get(name)) for name in _ORDER]):
        at = moment(one.get("timestamp"))
        second = int(at.timestamp()) if at else 0
        same = (str(one.get("action")), second)
        yield {
            "campaign_id": email.get("campaign_id"),
            "email_id": email.get("email_id"),
            "action": one.get("action"),
            "unix_second": second,
            "nth": shared[same],
            **{name: value for name, value in one.items() if name != "action"},
            **beside,
        }
        shared[same] += 1

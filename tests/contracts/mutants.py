"""Deliberate bugs, at least one a hazard: the mistakes that connectors really make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug.

    Attributes:
        hazard: The hazard whose story must see it.
        source: The source whose story is told.
        bug: What is wrong, in words.
        edits: (file, what it says, what it says instead); each must be found once.
    """

    hazard: str
    source: str
    bug: str
    edits: tuple[tuple[str, str, str], ...]


HTTP, SHAPER, STRIPE = "core/http.py", "core/records.py", "sources/stripe/"
SECOND_TRY = "core/second_try.py"
ABSENCES = "sources/hubspot/absences.py"
UNLIKE = "elif reading.search.total() != reading.seen.expected():"
SLACK = "min(known) - int(HOLD_BACK.total_seconds())"
SINCE = "since - int(HOLD_BACK.total_seconds())"
STRICT = (
    (STRIPE + "changes.py", SLACK, "min(known) + 1"),
    (STRIPE + "walk.py", SINCE, "since + 1"),
)
UNCAUGHT = (
    HTTP,
    'raise VendorBusyError(f"{where} {_plain(outcome[0])}") from None',
    "raise outcome[0]",
)
ANYTHING_GOES = (
    HTTP,
    'raise VendorBusyError(f"{answered} {kind}") from None',
    "return",
)
NEVER_BUSY = (HTTP, "frozenset(range(500, 600))", "frozenset()")
ALWAYS_NEW = (
    SHAPER,
    "if held.get(key) == digest and key not in self._differed:",
    "if not key:",
)
NEVER_WAITS = (
    HTTP,
    "        if seconds > 0:\n            self._rest(seconds)\n        return start",
    "        return start",
)
OLDEST = 'min((r["created"] for r in page if isinstance(r.get("created"), int)), default=None)'

MUTANTS = (
    Mutant(
        "first pull",
        "stripe",
        "stops after the first page",
        ((STRIPE + "api.py", 'bool(response.json().get("has_more"))', "False"),),
    ),
    Mutant("second pull", "zendesk", "loads every row again", (ALWAYS_NEW,)),
    Mutant("ties at the cursor", "stripe", "asks for what is later than its cursor", STRICT),
    Mutant("edited while pages are read", "stripe", "asks for what is later", STRICT),
    Mutant("added while pages are read", "stripe", "asks for what is later", STRICT),
    Mutant(
        "deleted while pages are read",
        "hubspot",
        "never compares its count with the vendor's",
        ((ABSENCES, UNLIKE, "elif reading.search.total() is None:"),),
    ),
    Mutant(
        "late rows",
        "stripe",
        "holds nothing back",
        ((STRIPE + "changes.py", "HOLD_BACK = timedelta(minutes=10)", "HOLD_BACK = timedelta(0)"),),
    ),
    Mutant(
        "clock skew",
        "stripe",
        "takes our clock for the vendor's",
        (("core/meter.py", "return ours + self.skew", "return ours"),),
    ),
    Mutant(
        "past the caps",
        "stripe",
        "takes the first page of a list for all of it",
        ((STRIPE + "api.py", 'bool(response.json().get("has_more"))', "False"),),
    ),
    Mutant(
        "429 with Retry-After",
        "zendesk",
        "waits as it sees fit",
        ((HTTP, "return asked if asked is not None else float", "return float"),),
    ),
    Mutant(
        "429 without Retry-After",
        "zendesk",
        "takes a throttle for a refusal",
        ((HTTP, "frozenset({408, 423, 425, 429, 477})", "frozenset({408, 423, 425, 477})"),),
    ),
    Mutant(
        "a token that dies on page two",
        "zendesk",
        "never renews a token",
        ((HTTP, "isinstance(self.auth, Renewable) and", "False and"),),
    ),
    Mutant(
        "refused credentials",
        "stripe",
        "does not say which variable to check",
        ((HTTP, "Check {self._manners.credential}: {self.vendor}", "Check: {self.vendor}"),),
    ),
    Mutant("a vendor that stays busy", "zendesk", "takes a 503 for a refusal", (NEVER_BUSY,)),
    Mutant("5xx", "stripe", "takes a 500 for a refusal", (NEVER_BUSY,)),
    Mutant("cut bodies", "stripe", "lets a broken connection pass as a fault of ours", (UNCAUGHT,)),
    Mutant("hung reads", "zendesk", "lets silence pass as a fault of ours", (UNCAUGHT,)),
    Mutant("torn connections", "hubspot", "lets a reset pass as a fault of ours", (UNCAUGHT,)),
    Mutant("half a JSON", "stripe", "takes any 200 for an answer", (ANYTHING_GOES,)),
    Mutant("an HTML page for JSON", "zendesk", "takes any 200 for an answer", (ANYTHING_GOES,)),
    Mutant("empty bodies", "hubspot", "takes any 200 for an answer", (ANYTHING_GOES,)),
    Mutant(
        "new fields",
        "stripe",
        "keeps the columns it knows",
        ((SHAPER, "if name in present and name not in OURS]", "if name in self.table.columns]"),),
    ),
    Mutant(
        "missing fields",
        "stripe",
        "expects every field",
        ((STRIPE + "walk.py", OLDEST, 'min((r["created"] for r in page), default=None)'),),
    ),
    Mutant(
        "records without their key",
        "zendesk",
        "drops what it cannot name",
        (
            (
                SHAPER,
                "        self.log.quarantined += 1\n        self.refused.append(",
                "        (lambda _: None)(",
            ),
        ),
    ),
    Mutant(
        "a connector that has learned",
        "zendesk",
        "never tries again what it set aside",
        ((SECOND_TRY, "and one.edition != self.edition]", "and not self.edition]"),),
    ),
    Mutant(
        "set aside and told again",
        "zendesk",
        "keeps what has come since",
        ((SECOND_TRY, "return back | set(self._alike(nameless))", "return back"),),
    ),
    Mutant(
        "changed types",
        "stripe",
        "expects a field's type",
        ((STRIPE + "walk.py", OLDEST, 'min((r.get("created") + 0 for r in page), default=None)'),),
    ),
    Mutant(
        "new values of an enum",
        "stripe",
        "reads the statuses it knows",
        (
            (
                STRIPE + "walk.py",
                "for record in page]\n        if self._parts",
                'for record in page if record.get("status") != "brand-new value"]\n'
                "        if self._parts",
            ),
        ),
    ),
    Mutant(
        "secrets and persons in logs",
        "stripe",
        "tells a request with its headers",
        (
            (
                HTTP,
                'return f"{vendor}: {request.method}',
                'return f"{vendor}: {request.headers} {request.method}',
            ),
        ),
    ),
    Mutant(
        "deletions",
        "zendesk",
        "does not know what an inactive user is",
        (("sources/zendesk/rows.py", 'record.get("active") is False', "False"),),
    ),
    Mutant(
        "merges",
        "zendesk",
        "never counts who is there",
        (("sources/zendesk/gone.py", "return difference != off_by", "return False"),),
    ),
    Mutant(
        "restores",
        "hubspot",
        "takes what was deleted for gone for ever",
        (
            (ABSENCES, "        yield from self._restored(archived)\n", ""),
            (ABSENCES, UNLIKE, "elif reading.search.total() is None:"),
        ),
    ),
    Mutant(
        "a window read again",
        "zendesk",
        "moves its cursor with a backfill",
        (("core/pull.py", "if not self.window and value is not None", "if value is not None"),),
    ),
    Mutant("everything read again", "stripe", "loads every row again", (ALWAYS_NEW,)),
    Mutant(
        "night after night",
        "stripe",
        "reads what is new and not what changed",
        ((STRIPE + "changes.py", "return (self._touched or {}).get(kind, {})", "return {}"),),
    ),
    Mutant(
        "kill -9 anywhere",
        "zendesk",
        "keeps its cursors apart from its rows",
        (
            (
                "core/pull.py",
                "Record = dict[str, Any]\n",
                "Record = dict[str, Any]\nKEPT: Any = {}\n",
            ),
            ("core/pull.py", "else self.state.get(name)", "else KEPT.get(name)"),
            ("core/pull.py", "self.state[name] = value", "KEPT[name] = value"),
        ),
    ),
    Mutant(
        "a budget that is not overspent",
        "zendesk",
        "knows its budget and does not wait for it",
        (NEVER_WAITS,),
    ),
    Mutant(
        "a budget that is used",
        "chargebee",
        "keeps to a minute of seventy-five seconds",
        (("sources/chargebee/api.py", "Pace(calls_per_minute, 60)", "Pace(calls_per_minute, 75)"),),
    ),
    Mutant(
        "a budget that others share",
        "dynamics",
        "does not read what is left",
        (("sources/dynamics/__init__.py", "pace=pace, told=told)", "pace=pace)"),),
    ),
)

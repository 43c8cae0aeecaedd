"""Is everything here? After a pull the vendor's own counts are held against what landed.

For each table that its vendor counts, one question an ordinary night: how many records changed
since it was last found complete. A difference is narrowed to the smallest windows that differ,
those are read again, and both sides are counted once more. What still differs is told.

Records go on changing while they are counted: one that is edited leaves the window it was counted
in. So a difference is first met by reading what changed since the pull began, and rows too many
are only told where the vendor's changes since then cannot account for them, and where the next
pull has them still: what was deleted meanwhile it will have noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from core.connector import Count, Sample, whole_second
from core.difference import Difference
from core.errors import DaybreakError, VendorBusyError
from core.ledger.counted import INEXACT, Counted, Horizon
from core.rereading import Rereading
from core.sampling import Sampling
from core.tally import Tally
from core.window import WHOLE, Window

SAMPLE_OVERLAP = timedelta(hours=1)
"""How far behind the last complete sample the next begins: records may turn up late.

Counts have none. A record that was changed in the overlap and again after it would be counted
there with its older stamp here, with its newer one there, and an edit that was lost go unseen.
"""

WHOLE_EVERY = timedelta(days=7)
"""How often a table is counted to its very first row, for what turned up late."""

SUNDAY = 6
"""The day on which a difference that could not be mended is worked at again."""

SHARE = 0.02
"""The part of a pull's calls that counting may add; at least one call a table."""

_SHAPE_ERRORS = (LookupError, TypeError, ValueError, AttributeError)

Step = Callable[[], Counted | None]


@dataclass(frozen=True, slots=True)
class Completeness:
    """The look back at one pull.

    Attributes:
        again: Reads parts of the source once more.
        horizons: How far each table was found complete by pulls before this one.
        began: The hour, by the vendor's clock, at which this pull began to read.
    """

    again: Rereading
    horizons: Mapping[str, Horizon]
    began: datetime

    def check(self) -> list[Counted]:
        """Return how every table compares of which the vendor says anything.

        Nothing that goes wrong here fails the pull: what could not be counted is told as such.
        """
        busy, found = "", []
        for table, how, step in self._steps():
            one: Counted | None = None
            if busy:
                one = self._unknown(table, how, busy)
            else:
                try:
                    one = step()
                except DaybreakError as error:
                    # A vendor that is busy now will be for the next question, too.
                    busy = str(error) if isinstance(error, VendorBusyError) else ""
                    one = self._unknown(table, how, str(error))
                except _SHAPE_ERRORS as error:
                    why = f"answered in a shape we do not know: {type(error).__name__}"
                    one = self._unknown(table, how, why)
            found += [one] if one else []
        return found

    def _steps(self) -> Iterator[tuple[str, str, Step]]:
        """Yield what to do, table by table; a table whose own reading failed is left out."""
        first = self.again.first
        counts = first.connector.counts(first.settings, first.pull)
        samples = first.connector.samples(first.settings, first.pull)
        calls = first.pull.meter.calls * SHARE / max(len(counts) + len(samples), 1)
        allowance = max(1, int(calls))
        sampling = Sampling(self.again, allowance)
        failed = first.pulled.failures.keys()
        for table in [t for t in counts if t not in failed]:
            for window in self._windows(table, counts[table]):
                step = partial(self._counted, table, counts[table], window, allowance)
                yield table, "count", step
        for table in [t for t in samples if t not in failed]:
            yield table, "sample", partial(self._sampled, sampling, table, samples[table])
        for table in [t for t in sampling.targets() if t not in failed]:
            yield table, "reference", partial(sampling.referred, table)

    def _counted(self, table: str, count: Count, window: Window, allowance: int) -> Counted:
        tally = Tally(count, self.again.fresh(), table, allowance)
        theirs = tally.theirs(window)
        if theirs is None:
            return self._unknown(table, "count", INEXACT, window)
        before = self._horizon(table).before(window)
        difference = Difference(self.again, tally, window, theirs, self.began, before)
        if difference.gap and (difference.gap != before or self._is_day_of_work(window)):
            difference.heal()
        return difference.told(self.again.first.pull.clock.now())

    def _sampled(self, sampling: Sampling, table: str, sample: Sample) -> Counted:
        until, known = self.began - sample.settled, self._horizon(table)
        window = self._asked(until, whole_second) or self._since(known, until)
        since = window.since and window.since - SAMPLE_OVERLAP
        return sampling.sampled(table, sample, Window(since, window.until))

    def _windows(self, table: str, count: Count) -> list[Window]:
        """Return what to count: what changed since it was last complete, now and then the rest.

        The newer part comes first. An edit that was lost is missing there and is one too many
        among the older rows, until it is read.
        """
        if count.column is None:
            return [WHOLE]
        until, known = count.floor(self.began - count.settled), self._horizon(table)
        asked = self._asked(until, count.floor)
        if asked:
            return [asked]
        newer = self._since(known, until)
        is_due = not known.whole or until - known.whole >= WHOLE_EVERY
        if newer.since and (is_due or self.again.first.pull.full):
            return [newer, Window(None, newer.since)]
        return [newer]

    def _asked(self, until: datetime, floor: Callable[[datetime], datetime]) -> Window | None:
        """Return the window that this pull was told to read, as far as it has settled."""
        pull = self.again.first.pull
        if not pull.window:
            return None
        end = min(floor(pull.until), until) if pull.until else until
        return Window(pull.since and floor(pull.since), end)

    def _since(self, known: Horizon, until: datetime) -> Window:
        is_behind = known.until is not None and known.until < until
        return Window(known.until if is_behind else None, until)

    def _horizon(self, table: str) -> Horizon:
        return self.horizons.get(table, Horizon())

    def _is_day_of_work(self, window: Window) -> bool:
        """Say whether a difference that reading again did not mend is worked at once more.

        It is told every night, but worked at once a week: it may be the vendor's own error.
        """
        return window.until is None or window.until.weekday() == SUNDAY

    def _unknown(self, table: str, how: str, why: str, window: Window = WHOLE) -> Counted:
        at = self.again.first.pull.clock.now()
        return Counted(table, window, None, 0, at, how, note=why)

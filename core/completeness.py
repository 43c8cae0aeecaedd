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

from core.connector import Count, Sample
from core.difference import Difference
from core.errors import DaybreakError, VendorBusyError
from core.ledger.counted import INEXACT, Counted, Horizon
from core.rereading import Rereading
from core.sampling import Sampling
from core.tally import Tally
from core.window import WHOLE, Window

COUNT_OVERLAP = timedelta(days=1)
"""How far behind the last complete count the next begins: rows may turn up late."""

SAMPLE_OVERLAP = timedelta(hours=1)
"""The same of a sample, which has to read what it overlaps."""

WHOLE_EVERY = timedelta(days=7)
"""How often a table is counted to its very first row."""

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
            yield table, "count", partial(self._counted, table, counts[table], allowance)
        for table in [t for t in samples if t not in failed]:
            yield table, "sample", partial(self._sampled, sampling, table, samples[table])
        for table in [t for t in sampling.targets() if t not in failed]:
            yield table, "reference", partial(sampling.referred, table)

    def _counted(self, table: str, count: Count, allowance: int) -> Counted:
        window = self._window(table, count)
        tally = Tally(count, self.again.fresh(), table, allowance)
        theirs = tally.theirs(window)
        if theirs is None:
            return self._unknown(table, "count", INEXACT, window)
        before = self.horizons.get(table, Horizon()).missing
        difference = Difference(self.again, tally, window, theirs, self.began, before)
        if difference.gap and (difference.gap != before or self._is_day_of_work(window)):
            difference.heal()
        return difference.told(self.again.first.pull.clock.now())

    def _sampled(self, sampling: Sampling, table: str, sample: Sample) -> Counted:
        until = self.began - sample.settled
        return sampling.sampled(table, sample, self._since(table, until, SAMPLE_OVERLAP))

    def _window(self, table: str, count: Count) -> Window:
        """Return what to count: from the last complete count to what has settled by now."""
        if count.column is None:
            return WHOLE
        window = self._since(table, count.floor(self.began - count.settled), COUNT_OVERLAP)
        return Window(window.since and count.floor(window.since), window.until)

    def _since(self, table: str, until: datetime, overlap: timedelta) -> Window:
        pull = self.again.first.pull
        if pull.window:
            return Window(pull.since, min(pull.until or until, until))
        known = self.horizons.get(table, Horizon())
        if pull.full or not known.until or not known.whole or known.until > until:
            return Window(None, until)
        if until - known.whole >= WHOLE_EVERY:
            return Window(None, until)
        return Window(known.until - overlap, until)

    def _is_day_of_work(self, window: Window) -> bool:
        """Say whether a difference that reading again did not mend is worked at once more.

        It is told every night, but worked at once a week: it may be the vendor's own error.
        """
        return window.until is None or window.until.weekday() == SUNDAY

    def _unknown(self, table: str, how: str, why: str, window: Window = WHOLE) -> Counted:
        at = self.again.first.pull.clock.now()
        return Counted(table, window, None, 0, at, how, note=why)

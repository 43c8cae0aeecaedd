"""A product's events, collected into files: a line a call, a file a month, appended to.

    2026-01.ndjson    identify when a customer joins or changes, alias when two are one,
                      page and track when somebody orders

Quirks      One call in seven is sent twice, with the same ``messageId``, the second time received
            three seconds later. One in ten was made the day before: the device was offline.
            An identify says only what changed.
On request  ``spoil``: ``half`` the last line has no end yet; ``keyless`` a call has no messageId;
            ``types`` properties are words; ``rotated`` the last file is renamed, and a new one
            begins under its name; ``rewritten`` it is replaced by another with fewer lines.
"""

from sandbox.events.collector import Events

VENDOR = Events

"""An old till that exports what it knows every night; nobody remembers how it works.

    exports/customers.csv            every customer it ever had, with a flag; semicolons, a byte
                                     order mark, CRLF, days as 31.12.2025, its own hour (Berlin)
    exports/orders/2026-01.ndjson    the orders that changed in a month; money as 1.234,50
    exports/products.parquet         what is on the shelf; what is not in it is gone

Its orders are a copy of the shop's: the mapping calls them tests, or money would count twice.

On request  ``spoil``: ``half`` customers.csv breaks off; ``young`` it was written just now;
            ``keyless`` its first customer has no number; ``types`` its dates are words;
            ``reordered`` its columns stand the other way round.
"""

from sandbox.files.till import Files

VENDOR = Files

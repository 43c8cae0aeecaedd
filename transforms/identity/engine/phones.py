"""Phone numbers in any layout -> the national number, the same for +, 00 and local forms."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from phonenumbers import PhoneMetadata

from transforms.identity.engine.columns import Codes, read
from transforms.identity.engine.countries import of_calling_code
from transforms.identity.engine.scratch import scratch

# ITU-T E.164 calling codes are prefix-free: these have one or two digits, all others three.
CALLING = "^(?:1|7|2[07]|3[0123469]|4[013456789]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9][0-9])"
SHORTEST = 6
DIGITS = (
    "regexp_replace(regexp_replace(regexp_replace(lower(v), '(x|ext|#|poste|durchwahl).*$', ''), "
    "'\\(0\\)', ''), '[^0-9]', '', 'g')"
)
PLUS = "case when regexp_matches(v, '^[^0-9a-zA-Z]*\\+') then '+' end"

NATIONAL = f"""
with numbers as (
    select n, region,
        case when plus is null and regexp_matches(d, '^00[1-9]') then d[3:]
             when plus is null and starts_with(d, '011') and coalesce(cc = '1', false)
             then d[4:] else d end as d,
        plus is not null or regexp_matches(d, '^00[1-9]')
            or (starts_with(d, '011') and coalesce(cc = '1', false)) as abroad,
        cc, trunk, lengths
    from asked left join regions using (region)
),
parted as (
    select n,
        case when abroad then regexp_replace(d, '{CALLING}', '')
             when cc is null and length(d) = 11 and d[1] = '1' then d[2:]
             when cc is null then d
             when trunk <> '' and starts_with(d, trunk) and not (starts_with(d, cc)
                  and list_contains(lengths, length(d) - length(cc))
                  and not list_contains(lengths, length(d) - length(trunk)))
                  then d[length(trunk) + 1:]
             when starts_with(d, cc) and list_contains(lengths, length(d) - length(cc))
                  and (trunk <> '' or not list_contains(lengths, length(d))) then d[length(cc) + 1:]
             else d end as d
    from numbers
),
bare as (select n, regexp_replace(d, '^0+', '') as d from parted)
select n, case when length(d) between {SHORTEST} and 15
    and not regexp_matches(d, '^(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$')
    and not contains('01234567890123456789', d)
    and not contains('98765432109876543210', d) then d end as d
from bare order by n
"""


def national(
    phones: pa.Array, phone: Codes, region: Codes, names: list[str | None], home: str | None
) -> tuple[pa.Array, Codes]:
    """Return the distinct national numbers and each record's code; -1 is none or nonsense.

    Args:
        phones: Distinct numbers as typed.
        phone: Each record's.
        region: Each record's country, a place in ``names``; -1 is unknown.
        names: Two-letter codes.
        home: The country of numbers whose record tells none.
    """
    place = [*names, home]
    where = np.where(region < 0, len(names), region).astype(np.int64)
    pair = np.where(phone < 0, -1, phone.astype(np.int64) * len(place) + where)
    distinct, inverse = np.unique(pair, return_inverse=True)
    digits = read(phones, d=DIGITS, plus=PLUS)
    which = pa.array(np.maximum(distinct, 0) // len(place))
    if not len(phones):
        return phones, np.full(len(phone), -1, dtype=np.int32)
    asked = pa.table(
        {
            "n": np.arange(len(distinct)),
            "region": pa.array(np.array(place, dtype=object), pa.string()).take(
                pa.array(np.maximum(distinct, 0) % len(place))
            ),
            "d": digits["d"].take(which),
            "plus": digits["plus"].take(which),
        }
    )
    with scratch() as session:
        session.register("asked", asked)
        session.register("regions", _regions(place))
        answer = session.sql(NATIONAL).to_arrow_table().column("d").combine_chunks()
    encoded = answer.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    codes[distinct < 0] = -1
    return encoded.dictionary, codes[inverse]


def home_region(phones: pa.Array, regions: list[str | None]) -> str | None:
    """Return the country that numbers without one belong to: the commonest of the data.

    Args:
        phones: Distinct numbers as typed.
        regions: Each record's country.
    """
    known = [r for r in regions if r]
    if known:
        return max(sorted(set(known)), key=known.count)
    codes = read(phones, c=f"case when {PLUS} = '+' then regexp_extract({DIGITS}, '{CALLING}') end")
    counted = codes["c"].value_counts().to_pylist()
    ranked = sorted((-row["counts"], row["values"]) for row in counted if row["values"])
    return of_calling_code(int(ranked[0][1])) if ranked else None


def _regions(names: list[str | None]) -> pa.Table:
    rows = []
    for name in sorted({n for n in names if n}):
        data = PhoneMetadata.metadata_for_region(name, None)
        if data is None:
            continue
        lengths = {*data.fixed_line.possible_length, *data.mobile.possible_length} - {-1}
        trunk = data.national_prefix or ""
        # In North America the trunk prefix is the calling code itself.
        rows.append(
            {
                "region": name,
                "cc": str(data.country_code),
                "trunk": "" if trunk == str(data.country_code) else trunk,
                "lengths": sorted(lengths),
            }
        )
    shape = pa.schema(
        [
            ("region", pa.string()),
            ("cc", pa.string()),
            ("trunk", pa.string()),
            ("lengths", pa.list_(pa.int64())),
        ]
    )
    return pa.Table.from_pylist(rows, schema=shape)

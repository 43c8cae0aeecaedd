"""E-mail addresses as typed -> the mailbox they mean, its local part and domain."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from transforms.identity.engine.columns import read
from transforms.identity.engine.scratch import scratch
from transforms.identity.engine.vocabulary import ROLES
from transforms.identity.words import words

ADDRESS = "lower(trim(regexp_replace(v, '^(mailto:)|[<>\" ]', '', 'g')))"
IS_ONE = f"regexp_matches({ADDRESS}, '^[^@]+@[^@]+\\.[^@.]{{2,}}$')"
# Providers that deliver these spellings to one mailbox.
DOTLESS = "('gmail.com', 'googlemail.com')"
TAGGED = (
    "('gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'icloud.com', "
    "'me.com', 'mac.com', 'fastmail.com', 'proton.me', 'protonmail.com')"
)
SAME = (
    "case d when 'googlemail.com' then 'gmail.com' when 'protonmail.com' then 'proton.me' "
    "when 'me.com' then 'icloud.com' when 'mac.com' then 'icloud.com' else d end"
)


def mailboxes(emails: pa.Array) -> dict[str, pa.Array]:
    """Read distinct addresses: ``mailbox``, ``local``, ``domain``, ``role`` ('1' if by its word).

    All are null where it is no address or a placeholder.
    """
    parts = read(
        emails,
        l=f"case when {IS_ONE} then split_part({ADDRESS}, '@', 1) end",
        d=f"case when {IS_ONE} then split_part({ADDRESS}, '@', 2) end",
    )
    if not len(emails):
        return {k: pa.array([], pa.string()) for k in ("mailbox", "local", "domain", "role")}
    junk, domains = (
        ", ".join(f"'{w}'" for w in sorted(words(name))) for name in ("junk", "junk_domains")
    )
    roles = ", ".join(f"'{r}'" for r in sorted(ROLES))
    table = pa.table({"n": np.arange(len(emails)), "l": parts["l"], "d": parts["d"]})
    with scratch() as session:
        session.register("parts", table)
        answer = session.sql(f"""
            with plain as (
                select n, d as raw, {SAME} as d, l as written,
                    case when l[2:] like '%+%'
                        then regexp_replace(l, '^(.[^+]*)[+].*$', '\\1') else l end as l
                from parts
            ),
            dotless as (
                select n, d, written,
                    case when raw in {DOTLESS} then replace(l, '.', '') else l end as l
                from plain
            )
            select n, case when l is not null and l not in ({junk}) and d not in ({domains})
                    and not (length(l) < 4 and starts_with(d, l || '.'))
                    then l || '@' || d end as mailbox,
                l as local, d as domain,
                case when regexp_replace(l, '[0-9]+$', '') in ({roles}) then '1' end as role
            from dotless order by n
        """).to_arrow_table()
    return {k: answer.column(k).combine_chunks() for k in ("mailbox", "local", "domain", "role")}

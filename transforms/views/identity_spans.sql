-- identity_spans: whose customer a source record was, from when to when; ask it as of any moment.
--
-- Who was who at a moment is `where valid_from <= moment and moment < valid_to`; the assignment in
-- force ends in the year 9999. `customer_id` is the id as it was; `leads_to` the one it leads to today,
-- which is another only if it was merged since.
--
-- grain   source, source_id, valid_from
-- reads   identities, customer_redirects

select
    identities.source,
    identities.source_id,
    identities.customer_id,
    coalesce(redirects.survivor_id, identities.customer_id) as leads_to,
    identities.valid_from,
    coalesce(identities.valid_to, cast('9999-12-31 00:00:00+00' as timestamptz)) as valid_to

from identities

left join customer_redirects as redirects on redirects.customer_id = identities.customer_id

-- consents: one answer of one record to one channel, as its system has it.
--
-- grain   source, consent_id
-- reads   all_consents
--         identities via all_consents(source, source_id)
-- checks  accepted(state: opted_out, suppressed, pending, opted_in, permitted)

select
    consents.source,
    consents.consent_id,
    identities.customer_id,
    consents.source_id,
    consents.channel,
    consents.state,
    consents.raw_value,
    consents.legal_basis,
    consents.is_double_opt_in,
    consents.decided_at,
    consents.deleted_at

from all_consents as consents

left join identities
    on identities.source = consents.source
    and identities.source_id = consents.source_id
    and identities.valid_to is null

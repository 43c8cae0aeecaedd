"""The 360's tables for SQLAlchemy, one class each: ``select(Customer).where(...)``.

Written from the models' headers by ``python -m transforms.orm``; do not edit. The primary key is
the grain. They are to be read; nothing here creates a table. ``cli.notebook`` runs such a select
on every warehouse. A SQLAlchemy session of your own wants a dialect: psycopg's for Postgres; this
project brings none for DuckDB.
"""

# ruff: noqa: E501 - written by a program

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Double, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    """What all tables of the 360 are."""


class AccountMember(Base):
    """Which company a source record's person is of, and how that is known."""

    __tablename__ = "account_members"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str | None] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)


class Account(Base):
    """One company: its domain, what it is called, whose subsidiary it is, and how many people it has with us."""

    __tablename__ = "accounts"

    account_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(Text)
    parent_account_id: Mapped[str | None] = mapped_column(Text)
    members_count: Mapped[int | None] = mapped_column(BigInteger)
    customers_count: Mapped[int | None] = mapped_column(BigInteger)


class Activity(Base):
    """What somebody of ours did, or is to do, about a customer: a call, a mail, a meeting, a task."""

    __tablename__ = "activities"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    activity_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    deal_id: Mapped[str | None] = mapped_column(Text)
    activity_type: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    is_done: Mapped[bool | None] = mapped_column(Boolean)
    is_open: Mapped[bool | None] = mapped_column(Boolean)
    created_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class CampaignEvent(Base):
    """What became of one message to one person."""

    __tablename__ = "campaign_events"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    event_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    campaign_id: Mapped[str | None] = mapped_column(Text)
    campaign_name: Mapped[str | None] = mapped_column(Text)
    event_type: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class CompanyAccount(Base):
    """Which account each company of a system is."""

    __tablename__ = "company_accounts"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    company_id: Mapped[str] = mapped_column(Text, primary_key=True)
    company_name: Mapped[str | None] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[str | None] = mapped_column(Text)


class CompanyDomain(Base):
    """Each domain that people write from, and whether it is a company's."""

    __tablename__ = "company_domains"

    domain: Mapped[str] = mapped_column(Text, primary_key=True)
    customers_count: Mapped[int | None] = mapped_column(BigInteger)
    named_count: Mapped[int | None] = mapped_column(BigInteger)
    is_company: Mapped[bool | None] = mapped_column(Boolean)


class CompanyName(Base):
    """Each name of a company, and the one domain that all who name it write from, if it is one."""

    __tablename__ = "company_names"

    name_key: Mapped[str] = mapped_column(Text, primary_key=True)
    domain: Mapped[str | None] = mapped_column(Text)
    domains_count: Mapped[int | None] = mapped_column(BigInteger)


class CompanyParent(Base):
    """The account that a company of a system belongs under, where the system says so."""

    __tablename__ = "company_parents"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    company_id: Mapped[str] = mapped_column(Text, primary_key=True)
    parent_account_id: Mapped[str | None] = mapped_column(Text)


class CompanyRecord(Base):
    """One live company in one system: its name, and the domain of its site."""

    __tablename__ = "company_records"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    company_id: Mapped[str] = mapped_column(Text, primary_key=True)
    company_name: Mapped[str | None] = mapped_column(Text)
    name_key: Mapped[str | None] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[str | None] = mapped_column(Text)


class CompanySite(Base):
    """Each domain that a company in some system has for its own."""

    __tablename__ = "company_sites"

    domain: Mapped[str] = mapped_column(Text, primary_key=True)
    is_shared: Mapped[bool | None] = mapped_column(Boolean)


class Consent(Base):
    """One answer of one record to one channel, as its system has it."""

    __tablename__ = "consents"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    consent_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    raw_value: Mapped[str | None] = mapped_column(Text)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    is_double_opt_in: Mapped[bool | None] = mapped_column(Boolean)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class CustomerConsent(Base):
    """What a customer allows us on one channel, and what says so."""

    __tablename__ = "customer_consents"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    raw_value: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    is_double_opt_in: Mapped[bool | None] = mapped_column(Boolean)
    answer_count: Mapped[int | None] = mapped_column(BigInteger)


class CustomerField(Base):
    """One field of the golden record: what it says, who said so and when, by which rule."""

    __tablename__ = "customer_fields"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)
    standard: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(Text)
    known_at: Mapped[datetime | None] = mapped_column(Moment)


class CustomerMetric(Base):
    """A customer in figures."""

    __tablename__ = "customer_metrics"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    purchases_count: Mapped[int | None] = mapped_column(BigInteger)
    first_purchase_at: Mapped[datetime | None] = mapped_column(Moment)
    last_purchase_at: Mapped[datetime | None] = mapped_column(Moment)
    previous_purchase_at: Mapped[datetime | None] = mapped_column(Moment)
    usual_gap_days: Mapped[int | None] = mapped_column(BigInteger)
    lifetime_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    average_purchase_minor: Mapped[int | None] = mapped_column(BigInteger)
    given_back_minor: Mapped[int | None] = mapped_column(BigInteger)
    recurring_minor: Mapped[int | None] = mapped_column(BigInteger)
    unconverted_count: Mapped[int | None] = mapped_column(BigInteger)
    orders_count: Mapped[int | None] = mapped_column(BigInteger)
    first_order_at: Mapped[datetime | None] = mapped_column(Moment)
    last_order_at: Mapped[datetime | None] = mapped_column(Moment)
    payments_count: Mapped[int | None] = mapped_column(BigInteger)
    failed_payments_count: Mapped[int | None] = mapped_column(BigInteger)
    last_payment_at: Mapped[datetime | None] = mapped_column(Moment)
    refunds_count: Mapped[int | None] = mapped_column(BigInteger)
    active_subscriptions_count: Mapped[int | None] = mapped_column(BigInteger)
    ending_subscriptions_count: Mapped[int | None] = mapped_column(BigInteger)
    renews_at: Mapped[datetime | None] = mapped_column(Moment)
    last_subscription_ended_at: Mapped[datetime | None] = mapped_column(Moment)
    currency: Mapped[str | None] = mapped_column(Text)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)
    paid_minor: Mapped[int | None] = mapped_column(BigInteger)
    mrr_minor: Mapped[int | None] = mapped_column(BigInteger)
    tickets_count: Mapped[int | None] = mapped_column(BigInteger)
    open_tickets_count: Mapped[int | None] = mapped_column(BigInteger)
    reopened_tickets_count: Mapped[int | None] = mapped_column(BigInteger)
    first_reply_minutes: Mapped[int | None] = mapped_column(BigInteger)
    resolution_minutes: Mapped[int | None] = mapped_column(BigInteger)
    csat: Mapped[int | None] = mapped_column(BigInteger)
    sentiment: Mapped[int | None] = mapped_column(BigInteger)
    last_ticket_at: Mapped[datetime | None] = mapped_column(Moment)
    ratings_count: Mapped[int | None] = mapped_column(BigInteger)
    bad_ratings_count: Mapped[int | None] = mapped_column(BigInteger)
    last_rating_at: Mapped[datetime | None] = mapped_column(Moment)
    won_deals_count: Mapped[int | None] = mapped_column(BigInteger)
    open_deals_count: Mapped[int | None] = mapped_column(BigInteger)
    last_won_at: Mapped[datetime | None] = mapped_column(Moment)
    mails_opened_count: Mapped[int | None] = mapped_column(BigInteger)
    mails_clicked_count: Mapped[int | None] = mapped_column(BigInteger)
    last_engaged_at: Mapped[datetime | None] = mapped_column(Moment)
    web_events_count: Mapped[int | None] = mapped_column(BigInteger)
    last_visit_at: Mapped[datetime | None] = mapped_column(Moment)
    pricing_minutes: Mapped[int | None] = mapped_column(BigInteger)
    active_days_count: Mapped[int | None] = mapped_column(BigInteger)
    features_count: Mapped[int | None] = mapped_column(BigInteger)
    first_active_day: Mapped[datetime | None] = mapped_column(Moment)


class CustomerRedirect(Base):
    """A retired customer id and the one it leads to, for ever."""

    __tablename__ = "customer_redirects"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    survivor_id: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class CustomerScore(Base):
    """`health`, how well we stand with somebody who bought; `lead`, how likely somebody is to buy who never did, in points from 0 to 100, with the reasons in words."""

    __tablename__ = "customer_scores"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    score: Mapped[str] = mapped_column(Text, primary_key=True)
    points: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[str | None] = mapped_column(Text)


class CustomerSpend(Base):
    """A customer's money in one currency: what was ordered, and what was paid."""

    __tablename__ = "customer_spend"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    orders_count: Mapped[int | None] = mapped_column(BigInteger)
    ordered_minor: Mapped[int | None] = mapped_column(BigInteger)
    refunded_minor: Mapped[int | None] = mapped_column(BigInteger)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)
    payments_count: Mapped[int | None] = mapped_column(BigInteger)
    paid_minor: Mapped[int | None] = mapped_column(BigInteger)
    paid_back_minor: Mapped[int | None] = mapped_column(BigInteger)
    mrr_minor: Mapped[int | None] = mapped_column(BigInteger)


class CustomerStage(Base):
    """Where a customer stands today: lead, active, at risk, churned or won back; and RFM."""

    __tablename__ = "customer_stages"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    stage: Mapped[str | None] = mapped_column(Text)
    last_purchase_at: Mapped[datetime | None] = mapped_column(Moment)
    recency: Mapped[int | None] = mapped_column(BigInteger)
    frequency: Mapped[int | None] = mapped_column(BigInteger)
    monetary: Mapped[int | None] = mapped_column(BigInteger)


class CustomerUsage(Base):
    """How much a customer uses the website and the product of late, and whether that fades."""

    __tablename__ = "customer_usage"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    active_days_30: Mapped[int | None] = mapped_column(BigInteger)
    active_days_before: Mapped[int | None] = mapped_column(BigInteger)
    features_90: Mapped[int | None] = mapped_column(BigInteger)


class Customer(Base):
    """One person, as all systems together know them."""

    __tablename__ = "customers"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    full_name: Mapped[str | None] = mapped_column(Text)
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    job_title: Mapped[str | None] = mapped_column(Text)
    seniority: Mapped[str | None] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(Text)
    lead_source: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    state_code: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    email_consent: Mapped[str | None] = mapped_column(Text)
    sources: Mapped[str | None] = mapped_column(Text)
    record_count: Mapped[int | None] = mapped_column(BigInteger)
    first_seen_at: Mapped[datetime | None] = mapped_column(Moment)
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)


class CustomersWithoutFact(Base):
    """Customers of whom nothing is known to have happened, and what they are known as."""

    __tablename__ = "customers_without_facts"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    known_as: Mapped[str | None] = mapped_column(Text)
    known_in: Mapped[str | None] = mapped_column(Text)


class DataQuality(Base):
    """How well a field was filled on each night, one row whenever that was something else: of the live rows of a source and kind (`rows_count`) those that hold something, hold something valid, hold a value on our lists, and those that share it with another (`duplicates_count`); null where `transforms/fields.yaml` asks for no such thing. `middle` is the median of an amount and `newest_at` when a row last changed. field_quality has the shares as they are now."""

    __tablename__ = "data_quality"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    relation: Mapped[str | None] = mapped_column(Text)
    rows_count: Mapped[int | None] = mapped_column(BigInteger)
    filled_count: Mapped[int | None] = mapped_column(BigInteger)
    valid_count: Mapped[int | None] = mapped_column(BigInteger)
    listed_count: Mapped[int | None] = mapped_column(BigInteger)
    duplicates_count: Mapped[int | None] = mapped_column(BigInteger)
    middle: Mapped[float | None] = mapped_column(Double)
    newest_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class DataValue(Base):
    """How many live rows held a value on each night, one row whenever that was something else, for the fields of few values that reports are made by; '' is none at all."""

    __tablename__ = "data_values"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    relation: Mapped[str | None] = mapped_column(Text)
    rows_count: Mapped[int | None] = mapped_column(BigInteger)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class DealHistory(Base):
    """What deals said on each night, one row whenever that was something else."""

    __tablename__ = "deal_history"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    deal_id: Mapped[str] = mapped_column(Text, primary_key=True)
    stage: Mapped[str | None] = mapped_column(Text)
    is_won: Mapped[bool | None] = mapped_column(Boolean)
    is_closed: Mapped[bool | None] = mapped_column(Boolean)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class DealStage(Base):
    """The stages a deal went through, and how long it stood in each."""

    __tablename__ = "deal_stages"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    deal_id: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str | None] = mapped_column(Text)
    came_from: Mapped[str | None] = mapped_column(Text)
    is_won: Mapped[bool | None] = mapped_column(Boolean)
    is_closed: Mapped[bool | None] = mapped_column(Boolean)
    dated_by: Mapped[str | None] = mapped_column(Text)
    entered_at: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    days: Mapped[int | None] = mapped_column(BigInteger)


class Deal(Base):
    """A sale somebody works on, and the customer it is with."""

    __tablename__ = "deals"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    deal_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    deal_name: Mapped[str | None] = mapped_column(Text)
    pipeline: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str | None] = mapped_column(Text)
    is_won: Mapped[bool | None] = mapped_column(Boolean)
    is_closed: Mapped[bool | None] = mapped_column(Boolean)
    currency: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class FieldQuality(Base):
    """How good each field is now, system by system: shares from 0 to 1, of the last count."""

    __tablename__ = "field_quality"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    rows_count: Mapped[int | None] = mapped_column(BigInteger)
    empty_share: Mapped[float | None] = mapped_column(Double)
    invalid_share: Mapped[float | None] = mapped_column(Double)
    unlisted_share: Mapped[float | None] = mapped_column(Double)
    duplicates_count: Mapped[int | None] = mapped_column(BigInteger)
    is_nearly_blank: Mapped[bool | None] = mapped_column(Boolean)
    newest_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class HouseholdMember(Base):
    """Customers that live together: two to six of one address, or of one phone."""

    __tablename__ = "household_members"

    household_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    because: Mapped[str | None] = mapped_column(Text)
    records_count: Mapped[int | None] = mapped_column(BigInteger)


class Household(Base):
    """Customers at one address or with one phone, counted."""

    __tablename__ = "households"

    household_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customers_count: Mapped[int | None] = mapped_column(BigInteger)
    because: Mapped[str | None] = mapped_column(Text)


class Identity(Base):
    """Whose customer a source record is, and was: one row for each time it changed; the one in force has no `valid_to`."""

    __tablename__ = "identities"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    valid_to: Mapped[datetime | None] = mapped_column(Moment)


class IdentityEvent(Base):
    """What happened to customer ids: born, merged (into `other_id`), split (off `other_id`), gone, returned."""

    __tablename__ = "identity_events"

    occurred_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    event: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    other_id: Mapped[str | None] = mapped_column(Text)


class IdentityQuality(Base):
    """What who-is-who looked like whenever it was published, one row a reconcile; `precision_low`, `precision_middle` and `precision_high` are what the evidence itself believes of `pairs` joined pairs, and no measurement. `verdict` is `kept` (within the limits), `first` or `anyway` (somebody said so); a night beyond its limits is not published and has no row."""

    __tablename__ = "identity_quality"

    measured_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    verdict: Mapped[str | None] = mapped_column(Text)
    customers: Mapped[int | None] = mapped_column(BigInteger)
    joined: Mapped[int | None] = mapped_column(BigInteger)
    records: Mapped[int | None] = mapped_column(BigInteger)
    births: Mapped[int | None] = mapped_column(BigInteger)
    names: Mapped[int | None] = mapped_column(BigInteger)
    largest: Mapped[int | None] = mapped_column(BigInteger)
    large: Mapped[int | None] = mapped_column(BigInteger)
    bridged: Mapped[int | None] = mapped_column(BigInteger)
    churned: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[int | None] = mapped_column(BigInteger)
    precision_low: Mapped[float | None] = mapped_column(Double)
    precision_middle: Mapped[float | None] = mapped_column(Double)
    precision_high: Mapped[float | None] = mapped_column(Double)
    pairs: Mapped[int | None] = mapped_column(BigInteger)


class IdentitySpan(Base):
    """Whose customer a source record was, from when to when; ask it as of any moment."""

    __tablename__ = "identity_spans"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    leads_to: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    valid_to: Mapped[datetime | None] = mapped_column(Moment)


class Invoice(Base):
    """What was asked for, and what of it was paid."""

    __tablename__ = "invoices"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    invoice_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    subscription_id: Mapped[str | None] = mapped_column(Text)
    invoice_number: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    paid_minor: Mapped[int | None] = mapped_column(BigInteger)
    due_minor: Mapped[int | None] = mapped_column(BigInteger)
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Mailboxe(Base):
    """An address, and the one customer who uses it."""

    __tablename__ = "mailboxes"

    email: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)


class MarketableCustomer(Base):
    """Whom marketing may write to or call, on which channel, and what allows it."""

    __tablename__ = "marketable_customers"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    address: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    is_double_opt_in: Mapped[bool | None] = mapped_column(Boolean)
    source: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    raw_value: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class Message(Base):
    """What was said on a ticket, by whom, and in which mood; the words stay in the raw rows."""

    __tablename__ = "messages"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    ticket_id: Mapped[str | None] = mapped_column(Text)
    direction: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    sentiment: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class MissingRate(Base):
    """Currencies in which money was counted and for which no rate is known."""

    __tablename__ = "missing_rates"

    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    movements_count: Mapped[int | None] = mapped_column(BigInteger)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)


class MoneyMovement(Base):
    """Every order, payment and refund, with what it counts for, once."""

    __tablename__ = "money_movements"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    is_counted: Mapped[bool | None] = mapped_column(Boolean)
    uncounted_because: Mapped[str | None] = mapped_column(Text)
    same_as_source: Mapped[str | None] = mapped_column(Text)
    same_as_id: Mapped[str | None] = mapped_column(Text)
    reporting_minor: Mapped[int | None] = mapped_column(BigInteger)
    reporting_currency: Mapped[str | None] = mapped_column(Text)
    rate_on: Mapped[str | None] = mapped_column(Text)


class MrrMovement(Base):
    """How much more or less a customer pays in a month than before, each time it changed."""

    __tablename__ = "mrr_movements"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    subscription_id: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    month: Mapped[datetime | None] = mapped_column(Moment)
    kind: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    delta_minor: Mapped[int | None] = mapped_column(BigInteger)
    after_minor: Mapped[int | None] = mapped_column(BigInteger)


class OddFact(Base):
    """Facts that cannot be right as they stand, and what is odd about them."""

    __tablename__ = "odd_facts"

    fact: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    oddity: Mapped[str] = mapped_column(Text, primary_key=True)


class OpenViolation(Base):
    """What breaks a rule now, for how many days, and who should mend it."""

    __tablename__ = "open_violations"

    rule: Mapped[str] = mapped_column(Text, primary_key=True)
    fact: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    owner_source: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[str | None] = mapped_column(Text)
    owner_name: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    age_days: Mapped[int | None] = mapped_column(BigInteger)


class OrderLine(Base):
    """One line of an order, and whose it is."""

    __tablename__ = "order_lines"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    order_line_id: Mapped[str] = mapped_column(Text, primary_key=True)
    order_id: Mapped[str | None] = mapped_column(Text)
    customer_id: Mapped[str | None] = mapped_column(Text)
    product_id: Mapped[str | None] = mapped_column(Text)
    sku: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    unit_price_minor: Mapped[int | None] = mapped_column(BigInteger)
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    placed_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Order(Base):
    """One order, and whose it is. Deleted orders stay, with `deleted_at`."""

    __tablename__ = "orders"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    order_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    order_number: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    payment_status: Mapped[str | None] = mapped_column(Text)
    fulfilment_status: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    subtotal_minor: Mapped[int | None] = mapped_column(BigInteger)
    discount_minor: Mapped[int | None] = mapped_column(BigInteger)
    shipping_minor: Mapped[int | None] = mapped_column(BigInteger)
    tax_minor: Mapped[int | None] = mapped_column(BigInteger)
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    refunded_minor: Mapped[int | None] = mapped_column(BigInteger)
    is_guest: Mapped[bool | None] = mapped_column(Boolean)
    is_test: Mapped[bool | None] = mapped_column(Boolean)
    is_counted: Mapped[bool | None] = mapped_column(Boolean)
    placed_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class PaidOrder(Base):
    """A payment without a reference, and the order it must be for: same customer, currency and amount, within a day."""

    __tablename__ = "paid_orders"

    customer_id: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    payment_id: Mapped[str] = mapped_column(Text, primary_key=True)
    order_source: Mapped[str | None] = mapped_column(Text)
    order_id: Mapped[str | None] = mapped_column(Text)
    order_is_refunded: Mapped[bool | None] = mapped_column(Boolean)


class Payment(Base):
    """Money taken, or tried; the same purchase is also an order, so never add the two up."""

    __tablename__ = "payments"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    payment_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    order_ref: Mapped[str | None] = mapped_column(Text)
    order_source: Mapped[str | None] = mapped_column(Text)
    order_id: Mapped[str | None] = mapped_column(Text)
    order_is_counted: Mapped[bool | None] = mapped_column(Boolean)
    order_is_refunded: Mapped[bool | None] = mapped_column(Boolean)
    status: Mapped[str | None] = mapped_column(Text)
    method: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    refunded_minor: Mapped[int | None] = mapped_column(BigInteger)
    is_disputed: Mapped[bool | None] = mapped_column(Boolean)
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class PhoneHome(Base):
    """Each phone, and the one address at which those who have it live, if it is one."""

    __tablename__ = "phone_homes"

    phone_home: Mapped[str] = mapped_column(Text, primary_key=True)
    address_home: Mapped[str | None] = mapped_column(Text)
    customers_count: Mapped[int | None] = mapped_column(BigInteger)


class Product(Base):
    """Something that is sold."""

    __tablename__ = "products"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    product_id: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Text)
    vendor: Mapped[str | None] = mapped_column(Text)
    sku: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Rating(Base):
    """What a customer thought of the help they got."""

    __tablename__ = "ratings"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    rating_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    ticket_id: Mapped[str | None] = mapped_column(Text)
    score: Mapped[str | None] = mapped_column(Text)
    csat: Mapped[int | None] = mapped_column(BigInteger)
    comment: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class RecordCompany(Base):
    """What each live source record tells of a company: a name for it, an address of work, and a link."""

    __tablename__ = "record_companies"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    company_id: Mapped[str | None] = mapped_column(Text)
    name_key: Mapped[str | None] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(Text)


class RecordHome(Base):
    """Where each live source record's person may be at home: their address, and their phone."""

    __tablename__ = "record_homes"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    address_home: Mapped[str | None] = mapped_column(Text)
    phone_home: Mapped[str | None] = mapped_column(Text)


class RecordHousehold(Base):
    """The household that a source record's person would be of: by address, or else by a phone."""

    __tablename__ = "record_households"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    household_id: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str | None] = mapped_column(Text)


class Refund(Base):
    """Money given back, on an order (in the shop) or on a payment (in billing)."""

    __tablename__ = "refunds"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    refund_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    paid_kind: Mapped[str | None] = mapped_column(Text)
    paid_id: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    paid_minor: Mapped[int | None] = mapped_column(BigInteger)
    is_too_large: Mapped[bool | None] = mapped_column(Boolean)
    is_counted: Mapped[bool | None] = mapped_column(Boolean)
    refunded_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Revenue(Base):
    """What was earned in a month, by the system that counts it; refunds taken off when they were given."""

    __tablename__ = "revenue"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    orders_count: Mapped[int | None] = mapped_column(BigInteger)
    payments_count: Mapped[int | None] = mapped_column(BigInteger)
    gross_minor: Mapped[int | None] = mapped_column(BigInteger)
    refunded_minor: Mapped[int | None] = mapped_column(BigInteger)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)
    reporting_minor: Mapped[int | None] = mapped_column(BigInteger)
    unconverted_count: Mapped[int | None] = mapped_column(BigInteger)


class SegmentAudience(Base):
    """Who of a segment may be written to or called, and where; consent has the last word."""

    __tablename__ = "segment_audience"

    segment: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    address: Mapped[str | None] = mapped_column(Text)


class SegmentFigure(Base):
    """How many are in a segment, how many of them may get a mail, and what they brought."""

    __tablename__ = "segment_figures"

    segment: Mapped[str] = mapped_column(Text, primary_key=True)
    members_count: Mapped[int | None] = mapped_column(BigInteger)
    mailable_count: Mapped[int | None] = mapped_column(BigInteger)
    lifetime_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    given_back_minor: Mapped[int | None] = mapped_column(BigInteger)
    recurring_minor: Mapped[int | None] = mapped_column(BigInteger)
    tickets_count: Mapped[int | None] = mapped_column(BigInteger)


class SegmentMember(Base):
    """Who is, or was, in a segment: one row for each stay. Who is in it now has no `left_at`. See segment_audience for whom of them marketing may write to."""

    __tablename__ = "segment_members"

    segment: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    entered_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


class SourceRecord(Base):
    """One person in one system, conformed, and whose customer they are."""

    __tablename__ = "source_records"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    record_type: Mapped[str | None] = mapped_column(Text)
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    full_name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    email_status: Mapped[str | None] = mapped_column(Text)
    email_reason: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    phone_status: Mapped[str | None] = mapped_column(Text)
    phone_reason: Mapped[str | None] = mapped_column(Text)
    date_of_birth: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    company_id: Mapped[str | None] = mapped_column(Text)
    job_title: Mapped[str | None] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(Text)
    lead_source: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    email_consent: Mapped[str | None] = mapped_column(Text)
    merged_into: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class SubscriptionHistory(Base):
    """What subscriptions said on each night, one row whenever that was something else."""

    __tablename__ = "subscription_history"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    subscription_id: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str | None] = mapped_column(Text)
    mrr_minor: Mapped[int | None] = mapped_column(BigInteger)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Subscription(Base):
    """An agreement to pay again and again, and what it brings in a month."""

    __tablename__ = "subscriptions"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    subscription_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool | None] = mapped_column(Boolean)
    will_cancel: Mapped[bool | None] = mapped_column(Boolean)
    plan: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    currencies: Mapped[str | None] = mapped_column(Text)
    monthly_minor: Mapped[int | None] = mapped_column(BigInteger)
    mrr_minor: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    trial_ends_at: Mapped[datetime | None] = mapped_column(Moment)
    current_period_ends_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class TicketHandling(Base):
    """How a request for help went: when it was answered and solved, and how it was taken."""

    __tablename__ = "ticket_handling"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    first_reply_at: Mapped[datetime | None] = mapped_column(Moment)
    first_reply_minutes: Mapped[int | None] = mapped_column(BigInteger)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolution_minutes: Mapped[int | None] = mapped_column(BigInteger)
    reopened_count: Mapped[int | None] = mapped_column(BigInteger)
    messages_count: Mapped[int | None] = mapped_column(BigInteger)
    customer_messages_count: Mapped[int | None] = mapped_column(BigInteger)
    csat: Mapped[int | None] = mapped_column(BigInteger)
    sentiment: Mapped[int | None] = mapped_column(BigInteger)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class TicketHistory(Base):
    """What tickets said on each night, one row whenever that was something else."""

    __tablename__ = "ticket_history"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[str | None] = mapped_column(Text)
    is_open: Mapped[bool | None] = mapped_column(Boolean)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Ticket(Base):
    """A request for help, and whose it is."""

    __tablename__ = "tickets"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    organisation_id: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    is_open: Mapped[bool | None] = mapped_column(Boolean)
    priority: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Timeline(Base):
    """Everything that happened to a customer, one row an event; order it by `occurred_at`."""

    __tablename__ = "timeline"

    customer_id: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime | None] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    about: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)


class UnmappedValue(Base):
    """What stands in a golden record and is on no fixed list, and at how many customers."""

    __tablename__ = "unmapped_values"

    field: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_count: Mapped[int | None] = mapped_column(BigInteger)


class UnmarketableCustomer(Base):
    """Whom marketing must leave alone, on which channel, and why."""

    __tablename__ = "unmarketable_customers"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    raw_value: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class UnplacedFact(Base):
    """Facts that belong to no customer, counted by why."""

    __tablename__ = "unplaced_facts"

    fact: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(Text, primary_key=True)
    facts_count: Mapped[int | None] = mapped_column(BigInteger)


class UsageDay(Base):
    """On which days somebody was on the website or in the product, and what they used there."""

    __tablename__ = "usage_days"

    customer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    feature: Mapped[str] = mapped_column(Text, primary_key=True)
    events_count: Mapped[int | None] = mapped_column(BigInteger)


class Violation(Base):
    """What breaks a rule, or broke it: one row for each time. `since` is when it began by the system's own dates, `opened_at` the night that first saw it; what is mended has a `closed_at`. open_violations has what is open now, with owner and age."""

    __tablename__ = "violations"

    rule: Mapped[str] = mapped_column(Text, primary_key=True)
    fact: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class WebEvent(Base):
    """A page somebody looked at, or something they did in a product."""

    __tablename__ = "web_events"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    event_id: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(Text)
    event_type: Mapped[str | None] = mapped_column(Text)
    event_name: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[int | None] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)

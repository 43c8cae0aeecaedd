"""What happens in billing: payers, charges, subscriptions, invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sandbox.happenings.base import Address, Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerJoined(Happening):
    """A customer of the billing system. ``metadata`` holds the merchant's own notes, as strings.

    ``metadata["shop_customer_id"]`` is the id of the shop's customer where it is linked.
    """

    system: ClassVar[str] = "billing"
    dealt_by: ClassVar[str] = "key"
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    currency: str = "EUR"
    description: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerEdited(Happening):
    """``changes`` by the field names of `PayerJoined`."""

    system: ClassVar[str] = "billing"
    edits: ClassVar[type[Happening] | None] = PayerJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerDeleted(Happening):
    """The payer is gone, with its subscriptions; charges and invoices stay."""

    system: ClassVar[str] = "billing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged(Happening):
    """Money asked for. ``status``: succeeded, pending or failed. ``payer`` None for a guest.

    ``order`` and ``invoice`` are neutral keys where the charge pays one.
    ``method``: card, boleto, voucher, ...
    """

    system: ClassVar[str] = "billing"
    dealt_by: ClassVar[str] = "payer"
    amount: int
    currency: str = "EUR"
    payer: str | None = None
    email: str = ""
    name: str = ""
    order: str | None = None
    invoice: str | None = None
    status: str = "succeeded"
    method: str = "card"
    description: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRefunded(Happening):
    """Part or all of a charge goes back."""

    system: ClassVar[str] = "billing"
    charge: str
    amount: int
    reason: str = "requested_by_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed(Happening):
    """The bank asks a charge back; told again with the same key when its status moves.

    ``status``: needs_response, won or lost.
    """

    system: ClassVar[str] = "billing"
    charge: str
    amount: int
    reason: str = "fraudulent"
    status: str = "needs_response"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStarted(Happening):
    """A payer subscribes. ``amount``: minor units of one unit and one ``interval``."""

    system: ClassVar[str] = "billing"
    dealt_by: ClassVar[str] = "payer"
    payer: str
    plan: str
    amount: int
    currency: str = "EUR"
    interval: str = "month"
    quantity: int = 1
    status: str = "active"
    trial_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(Happening):
    """Grows, shrinks or falls behind: plan, amount, quantity, interval, status.

    ``status``: active, past_due, unpaid, paused, trialing.
    """

    system: ClassVar[str] = "billing"
    edits: ClassVar[type[Happening] | None] = SubscriptionStarted
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCancelled(Happening):
    """Ends now, or at the end of its period when ``at_period_end``."""

    system: ClassVar[str] = "billing"
    at_period_end: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoiced(Happening):
    """A bill; told again with the same key when its status moves.

    ``status``: draft, open, paid, void, uncollectible. ``quantity`` * ``amount`` is the total.
    """

    system: ClassVar[str] = "billing"
    dealt_by: ClassVar[str] = "payer"
    payer: str
    amount: int
    quantity: int = 1
    currency: str = "EUR"
    subscription: str | None = None
    number: str = ""
    status: str = "open"
    description: str = ""
    period_start: datetime | None = None
    period_end: datetime | None = None

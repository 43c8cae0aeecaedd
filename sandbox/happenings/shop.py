"""What happens in a shop: customers, products, orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sandbox.happenings.base import Address, Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerJoined(Happening):
    """An account in the shop. ``accepts_email``/``accepts_sms``: None when never asked.

    ``external_ids``: ids of the same person elsewhere, by system ("billing", "loyalty", ...).
    """

    system: ClassVar[str] = "shop"
    dealt_by: ClassVar[str] = "key"
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    accepts_email: bool | None = None
    accepts_sms: bool | None = None
    locale: str = ""
    note: str = ""
    company: str = ""
    tags: tuple[str, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEdited(Happening):
    """``changes`` by the field names of `CustomerJoined`."""

    system: ClassVar[str] = "shop"
    edits: ClassVar[type[Happening] | None] = CustomerJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDeleted(Happening):
    """The account is gone; its orders stay and lose their customer."""

    system: ClassVar[str] = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(Happening):
    """``key`` is the winner; the loser's orders become the winner's, the loser is gone."""

    system: ClassVar[str] = "shop"
    loser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductListed(Happening):
    """A product with one variant. ``price`` in minor units of ``currency``."""

    system: ClassVar[str] = "shop"
    title: str
    price: int = 0
    currency: str = "EUR"
    sku: str = ""
    category: str = ""
    maker: str = ""
    status: str = "active"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEdited(Happening):
    """``changes`` by the field names of `ProductListed`."""

    system: ClassVar[str] = "shop"
    edits: ClassVar[type[Happening] | None] = ProductListed
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDeleted(Happening):
    """The product is gone; order lines that name it keep their title."""

    system: ClassVar[str] = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an order. ``product`` is None for something typed in by hand."""

    key: str
    title: str
    quantity: int = 1
    price: int = 0
    product: str | None = None
    sku: str = ""
    discount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Happening):
    """An order. ``customer`` is None for a guest, whom e-mail, phone and name alone describe.

    ``discount`` of a line and ``shipping``, ``tax`` are totals in minor units; the total of the
    order is the sum of quantity * price - discount, plus shipping and tax.
    ``status``: pending, paid, fulfilled (paid and sent) or cancelled; ``closed_at`` is not told.
    """

    system: ClassVar[str] = "shop"
    dealt_by: ClassVar[str] = "customer"
    number: str
    customer: str | None = None
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    address: Address | None = None
    lines: tuple[Line, ...] = ()
    currency: str = "EUR"
    shipping: int = 0
    tax: int = 0
    status: str = "paid"
    note: str = ""
    channel: str = "web"
    tags: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """What the order costs in all, in minor units."""
        goods = sum(line.quantity * line.price - line.discount for line in self.lines)
        return goods + self.shipping + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdited(Happening):
    """``changes`` by the field names of `OrderPlaced`; ``lines`` replaces all lines."""

    system: ClassVar[str] = "shop"
    edits: ClassVar[type[Happening] | None] = OrderPlaced
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(Happening):
    """The order stays, marked as cancelled at ``at``. ``reason``: customer, fraud, inventory."""

    system: ClassVar[str] = "shop"
    reason: str = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(Happening):
    """Money goes back. ``lines``: (line key, quantity); may be empty for a goodwill refund."""

    system: ClassVar[str] = "shop"
    order: str
    amount: int
    currency: str = "EUR"
    lines: tuple[tuple[str, int], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDeleted(Happening):
    """The order is gone without a trace in any list."""

    system: ClassVar[str] = "shop"

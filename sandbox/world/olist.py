"""The Olist world: real orders, payments, reviews and leads of a Brazilian marketplace, 2016-2018.

    customers, orders, items, products  -> shop       one customer a customer_id, BRL in centavos
    order_payments                      -> billing    one payer a paying order, one charge a payment
    order_reviews                       -> support    a rating each, a ticket where there is text
    leads, closed deals                 -> marketing  a contact each, a won deal each

Keys are the data's own ids, joined by "+" where two make one. The publisher took names, e-mails
and phones away. The e-mails here are synthetic, so that there is something to recognise people by,
one a person: ``<customer_unique_id>@olist.example`` and ``<mql_id>@leads.example``.

The data has no time of change: what belongs to an order happens when it was bought, a review when
it was answered (never before the purchase), a product when it first sold, a lead at first contact
(or when it was won, where that was before), a deal when it was won. Local times stand as UTC. The
data is by Olist and Andre Sionek, CC BY-NC-SA 4.0: for tests, never a part of the product.
"""

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from sandbox.happenings import (
    Address,
    Charged,
    ContactJoined,
    CustomerJoined,
    DealOpened,
    Happening,
    Line,
    OrderPlaced,
    PayerJoined,
    ProductListed,
    Rated,
    TicketOpened,
    UserJoined,
)
from sandbox.world.base import Person

TABLES = {
    "customers": "customers",
    "orders": "orders",
    "items": "order_items",
    "payments": "order_payments",
    "reviews": "order_reviews",
    "products": "products",
    "translation": "product_category_name_translation",
    "leads": "marketing_qualified_leads",
    "deals": "closed_deals",
}
END = datetime(2018, 12, 1, 2, tzinfo=UTC)
"""When the doors open on the whole of it: the last deal was won on 2018-11-14."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
BATCH = 5_000

STATUS = {
    "delivered": "fulfilled",
    "shipped": "fulfilled",
    "canceled": "cancelled",
    "unavailable": "cancelled",
    "created": "pending",
}
"""Ours from theirs; invoiced, processing and approved are paid. Theirs stays as a tag."""

PRODUCTS = """
select product_id, coalesce(product_category_name_english, product_category_name, '') as category,
       min(order_purchase_timestamp) as happened, arg_min(cents, order_purchase_timestamp) as price
from products
left join translation using (product_category_name)
join (select product_id, order_id, cast(price * 100 as bigint) as cents from items)
     using (product_id)
join orders using (order_id)
group by all
order by happened, product_id
"""

ORDERS = """
with lines as (
    select order_id,
           list((order_item_id, product_id, cast(price * 100 as bigint)) order by order_item_id)
               as lines,
           sum(cast(freight_value * 100 as bigint)) as shipping
    from items
    group by order_id
),
paid as (
    select order_id,
           list((payment_sequential, cast(payment_value * 100 as bigint), payment_type)
                order by payment_sequential) as payments
    from payments
    group by order_id
)
select order_id, customer_id, customer_unique_id, customer_city, customer_state,
       customer_zip_code_prefix, order_status, order_purchase_timestamp as happened, lines,
       cast(shipping as bigint) as shipping, payments,
       row_number() over (order by order_purchase_timestamp, order_id) as number
from orders
join customers using (customer_id)
left join lines using (order_id)
left join paid using (order_id)
order by happened, order_id
"""

# A review of an order bought before the cut must be there at the cut, answered or not: it then
# happens in the two hours before, spread so that they do not fall into one endless second.
REVIEWS = """
with answered as (
    select *,
           greatest(coalesce(review_answer_timestamp, review_creation_date,
                             order_purchase_timestamp), order_purchase_timestamp) as answered_at,
           row_number() over (order by review_id, order_id) as n
    from reviews
    join orders using (order_id)
    join customers using (customer_id)
)
select review_id, order_id, customer_id, customer_unique_id, review_score,
       review_comment_title, review_comment_message,
       case when order_purchase_timestamp < $cut and answered_at >= $cut - interval 1 hour
            then greatest(order_purchase_timestamp,
                          $cut - interval 1 hour - to_seconds(n % 3600))
            else answered_at end as happened
from answered
order by happened, review_id, order_id
"""

LEADS = """
select mql_id, origin, landing_page_id,
       least(cast(first_contact_date as timestamp), won_date) as happened
from leads
left join deals using (mql_id)
order by happened, mql_id
"""

DEALS = """
select mql_id, seller_id, sr_id, business_segment, lead_type, won_date as happened
from deals
order by happened, mql_id
"""

PEOPLE = """
select 'shop', 'customer', customer_id, customer_unique_id, order_purchase_timestamp as happened
from customers join orders using (customer_id)
union all
select 'billing', 'payer', customer_id, customer_unique_id, order_purchase_timestamp
from customers join orders using (customer_id)
where order_id in (select order_id from payments)
union all
select 'support', 'user', customer_id, customer_unique_id, order_purchase_timestamp
from customers join orders using (customer_id)
where order_id in (select order_id from reviews)
union all
select 'marketing', 'contact', mql_id, mql_id, least(first_contact_date, won_date)
from leads left join deals using (mql_id)
"""


class _Order(NamedTuple):
    order_id: str
    customer_id: str
    person: str
    city: str
    state: str
    zip: str
    status: str
    at: datetime
    lines: list[tuple[int, str, int]] | None
    shipping: int | None
    payments: list[tuple[int, int, str]] | None
    number: int


VENDORS = ("hubspot", "shopify", "stripe", "zendesk")
"""A marketplace has one shop, one till, one desk: nobody shares these people."""


class Olist:
    """The world from the tables in a folder, whole or up to a cut.

    Args:
        folder: Where the parquet files are.
        cut: The doors open then, on what was bought before; the rest happens when time goes on.
    """

    def __init__(self, folder: Path, cut: datetime | None = None) -> None:
        self.vendors: tuple[str, ...] = VENDORS
        self.spec = f"olist:{folder}" + (f"@{cut:%Y-%m-%d}" if cut else "")
        self.start = cut or END
        self._made_of = (folder, cut)
        self.now = datetime(2016, 9, 1, tzinfo=UTC)
        self._db = duckdb.connect(config={"threads": 1})
        for name, file in TABLES.items():
            path = folder / f"{file}.parquet"
            if not path.is_file():
                raise ValueError(f"an olist world needs {path}")
            self._db.read_parquet(str(path)).create_view(name)
        self._categories: dict[str, str] = {}
        self._asked: set[str] = set()
        streams = (
            self._products(),
            self._orders(),
            self._reviews(cut),
            self._leads(),
            self._deals(),
        )
        self._rest = heapq.merge(*streams, key=_when)
        self._held: Happening | None = None

    def until(self, at: datetime) -> Iterator[Happening]:
        """Tell everything up to a moment."""
        held = self._held or next(self._rest, None)
        while held is not None and held.at < at:
            self._held = None
            yield held
            held = next(self._rest, None)
        self._held = held
        self.now = max(self.now, at)

    def again(self) -> "Olist":
        """Give the same world from its beginning."""
        return Olist(*self._made_of)

    def people(self) -> Iterator[Person]:
        """Tell who is behind every record so far: customer_unique_id is the person."""
        for system, kind, key, person, at in self._fetch(PEOPLE):
            if at.replace(tzinfo=UTC) < self.now:
                yield Person(system, kind, key, person)

    def _fetch(self, query: str, **values: object) -> Iterator[tuple[Any, ...]]:
        cursor = self._db.cursor().execute(query, values or None)
        while rows := cursor.fetchmany(BATCH):
            yield from rows

    def _products(self) -> Iterator[Happening]:
        for product, category, at, price in self._fetch(PRODUCTS):
            title = category.replace("_", " ") or "uncategorised"
            self._categories[product] = title
            yield ProductListed(
                key=product,
                at=at.replace(tzinfo=UTC),
                title=title,
                price=price,
                currency="BRL",
                sku=product,
                category=category,
            )

    def _orders(self) -> Iterator[Happening]:
        for row in self._fetch(ORDERS):
            order = _Order(*row)
            yield from self._order(order, order.at.replace(tzinfo=UTC))

    def _order(self, order: _Order, at: datetime) -> Iterator[Happening]:
        key, email = order.customer_id, _email(order.person)
        address = Address(city=order.city, region=order.state, postcode=order.zip, country="BR")
        yield CustomerJoined(
            key=key, at=at, email=email, address=address, tags=("synthetic-email",)
        )
        yield OrderPlaced(
            key=order.order_id,
            at=at,
            number=str(order.number),
            customer=key,
            email=email,
            address=address,
            lines=tuple(self._line(*line) for line in order.lines or ()),
            currency="BRL",
            shipping=order.shipping or 0,
            status=STATUS.get(order.status, "paid"),
            tags=(order.status,),
        )
        if order.payments:
            yield PayerJoined(key=key, at=at, email=email, currency="BRL", address=address)
        for sequential, cents, method in order.payments or ():
            yield Charged(
                key=f"{order.order_id}+{sequential}",
                at=at,
                amount=cents,
                currency="BRL",
                payer=key,
                email=email,
                order=order.order_id,
                method=method,
                metadata={"order_id": order.order_id, "payment_sequential": str(sequential)},
            )

    def _line(self, number: int, product: str, cents: int) -> Line:
        title = self._categories[product]
        return Line(key=str(number), title=title, price=cents, product=product, sku=product)

    def _reviews(self, cut: datetime | None) -> Iterator[Happening]:
        naive = (cut or NEVER).replace(tzinfo=None)
        for review, order, user, person, score, title, message, at in self._fetch(
            REVIEWS, cut=naive
        ):
            key, utc = f"{review}+{order}", at.replace(tzinfo=UTC)
            if user not in self._asked:
                self._asked.add(user)
                yield UserJoined(
                    key=user, at=utc, name=f"Shopper {person[:8]}", email=_email(person)
                )
            has_text = title is not None or message is not None
            if has_text:
                yield TicketOpened(
                    key=key,
                    at=utc,
                    requester=user,
                    subject=title or "Review",
                    description=message or "",
                    status="solved",
                    channel="web",
                    order=order,
                    external_id=order,
                )
            yield Rated(
                key=key,
                at=utc,
                requester=user,
                ticket=key if has_text else None,
                score="good" if score > 2 else "bad",
                points=score,
                comment=message or "",
            )

    def _leads(self) -> Iterator[Happening]:
        for lead, origin, page, at in self._fetch(LEADS):
            yield ContactJoined(
                key=lead,
                at=at.replace(tzinfo=UTC),
                email=f"{lead}@leads.example",
                lifecycle="marketingqualifiedlead",
                source=(origin or "").upper(),
                properties={"mql_id": lead, "landing_page_id": page},
            )

    def _deals(self) -> Iterator[Happening]:
        for lead, seller, owner, segment, kind, at in self._fetch(DEALS):
            utc = at.replace(tzinfo=UTC)
            yield DealOpened(
                key=lead,
                at=utc,
                name=f"{segment or 'seller'} {seller[:8]}",
                stage="closedwon",
                currency="BRL",
                contacts=(lead,),
                owner=f"{owner}@olist.example",
                close_at=utc,
                properties={
                    "seller_id": seller,
                    "business_segment": segment or "",
                    "lead_type": kind or "",
                },
            )


def olist(text: str) -> Olist:
    """Make the world of ``PATH`` or ``PATH@DATE``."""
    folder, at, day = text.rpartition("@")
    if not at:
        return Olist(Path(text))
    return Olist(Path(folder), datetime.fromisoformat(day).replace(tzinfo=UTC))


def _email(person: str) -> str:
    return f"{person}@olist.example"


def _when(happening: Happening) -> datetime:
    return happening.at

"""What people do in the shop."""

from collections import deque
from functools import partial

from sandbox.happenings import (
    CustomerEdited,
    CustomerJoined,
    CustomersMerged,
    Line,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
    ProductDeleted,
    ProductEdited,
    ProductListed,
)
from sandbox.world.billing import Billing
from sandbox.world.human import Human, as_email, as_name, as_phone
from sandbox.world.locales import minor
from sandbox.world.story import Story

THINGS = ("Teapot", "Lamp", "Notebook", "Blanket", "Knife", "Basket", "Chair", "Mug", "Vase")
KINDS = ("Kitchen", "Home", "Office", "Outdoor")
RECENT = 2_000


class Shop:
    """Accounts, products and orders. A tenth of the shoppers never make an account."""

    def __init__(self, story: Story, billing: Billing) -> None:
        self._story = story
        self._billing = billing
        self.shoppers: list[Human] = []
        self.doubles: list[tuple[Human, str]] = []
        self._products: list[tuple[str, str, int]] = []
        self._recent: deque[OrderPlaced] = deque(maxlen=RECENT)
        self._deleted: set[str] = set()
        self._orders = 0

    def join(self, human: Human) -> None:
        """Open an account."""
        human.customer = self._join(human, human.email)
        human.shops = "account"
        self.shoppers.append(human)

    def visit(self, human: Human) -> None:
        """Come as a guest, now and later."""
        human.shops = "guest"
        self.shoppers.append(human)

    def join_again(self) -> None:
        """Forget the password, make a second account with another address."""
        human = self._story.somebody(self.shoppers, "customer")
        if human and "customer" not in human.spare:
            other = human.work_email or human.email.replace("@", ".new@")
            human.spare["customer"] = self._join(human, other)
            self.doubles.append((human, human.spare["customer"]))

    def merge(self) -> None:
        """Have the staff join two accounts of one human."""
        while self.doubles:
            human, double = self.doubles.pop(0)
            if not human.gone and human.customer:
                fact = CustomersMerged(key=human.customer, at=self._story.at, loser=double)
                self._story.tell(fact)
                human.spare["customer"] = ""
                return

    def list_product(self) -> None:
        """Put something new on the shelf."""
        story, rng = self._story, self._story.rng
        key, title = story.key("product"), f"{rng.choice(THINGS)} No. {rng.randint(1, 99)}"
        price = rng.choice((490, 990, 1_250, 2_900, 7_900, 19_900))
        self._products.append((key, title, price))
        fact = ProductListed(
            key=key,
            at=story.at,
            title=title,
            price=price,
            sku=f"SKU-{key[8:].zfill(5)}",
            category=rng.choice(KINDS),
            maker="Daybreak & Söhne",
            tags=("new",) if story.chance(0.3) else (),
        )
        story.tell(fact)

    def touch_product(self) -> None:
        """Change a price, or take something off the shelf for good."""
        story = self._story
        product = story.one_of(self._products)
        if product is None:
            return
        key, title, price = product
        if story.chance(0.2) and len(self._products) > len(THINGS):
            self._products.remove(product)
            story.tell(ProductDeleted(key=key, at=story.at))
            return
        raised = price + story.rng.choice((-50, 100, 250))
        self._products[self._products.index(product)] = (key, title, raised)
        story.tell(ProductEdited(key=key, at=story.at, changes={"price": raised}))

    def order(self, paid_here: float = 0.6) -> None:
        """Let somebody order; ``paid_here`` is the share that billing charges."""
        human = self._willing()
        if human is None:
            return
        order = self._order(human)
        self._story.tell(order)
        self._recent.append(order)
        if human.shops == "guest":
            self._story.know("shop", "order", order.key, human)
        if order.status != "pending" and self._story.chance(paid_here):
            self._billing.charge_order(human, order)
        self._afterwards(order)

    def _willing(self) -> Human | None:
        """Pick a shopper; who lost heart mostly leaves it to somebody else."""
        for _ in range(4):
            human = self._story.somebody(self.shoppers)
            if human is None or not human.balks(self._story.at, 0.8):
                return human
        return None

    def _order(self, human: Human) -> OrderPlaced:
        story, rng = self._story, self._story.rng
        self._orders += 1
        guest = human.customer is None
        first, last = as_name(rng, human) if guest else (human.first, human.last)
        customer = human.spare.get("customer") if story.chance(0.2) else None
        return OrderPlaced(
            key=story.key("order"),
            at=story.at,
            number=str(1000 + self._orders),
            customer=customer or human.customer,
            email=as_email(rng, human.email) if guest else human.email,
            phone=as_phone(rng, human) if guest or story.chance(0.5) else "",
            first_name=first,
            last_name=last,
            address=human.address,
            lines=self._lines(human.locale.currency),
            currency=human.locale.currency,
            shipping=minor(rng.choice((0, 490, 990)), human.locale.currency),
            tax=0,
            status=rng.choice(("paid", "paid", "fulfilled", "fulfilled", "fulfilled", "pending")),
            note="Klingel kaputt 🔔" if story.chance(0.02) else "",
            channel=rng.choice(("web", "web", "web", "pos", "app")),
        )

    def _lines(self, currency: str) -> tuple[Line, ...]:
        rng = self._story.rng
        lines = []
        for number in range(1, rng.choice((1, 1, 1, 2, 2, 3, 5)) + 1):
            key, title, price = rng.choice(self._products)
            quantity = rng.choice((1, 1, 1, 2, 4))
            cost = minor(price, currency)
            lines.append(
                Line(
                    key=str(number),
                    title=title,
                    quantity=quantity,
                    price=cost,
                    product=key,
                    sku=f"SKU-{key[8:].zfill(5)}",
                    discount=quantity * cost // 10 if rng.random() < 0.1 else 0,
                )
            )
        return tuple(lines)

    def _afterwards(self, order: OrderPlaced) -> None:
        story, chance = self._story, self._story.rng.random()
        if order.status == "pending":
            story.later(0.1, 3, partial(self._edit, order, {"status": "fulfilled"}))
        elif chance < 0.04:
            story.later(1, 20, partial(self._refund, order))
        elif chance < 0.06:
            story.later(0.1, 2, partial(self._cancel, order))

    def _cancel(self, order: OrderPlaced) -> None:
        if order.key not in self._deleted:
            self._story.tell(OrderCancelled(key=order.key, at=self._story.at))

    def _edit(self, order: OrderPlaced, changes: dict[str, object]) -> None:
        if order.key not in self._deleted:
            self._story.tell(OrderEdited(key=order.key, at=self._story.at, changes=changes))

    def touch_order(self) -> None:
        """Edit, refund or (rarely) delete an order of late."""
        story = self._story
        order = story.one_of(list(self._recent)[-200:])
        if order is None:
            return
        if story.chance(0.05):
            self._recent.remove(order)
            self._deleted.add(order.key)
            story.tell(OrderDeleted(key=order.key, at=story.at))
        elif story.chance(0.3):
            self._refund(order)
        else:
            changes: dict[str, object] = {"note": "Please ring twice", "tags": ("checked",)}
            self._edit(order, changes)

    def _refund(self, order: OrderPlaced) -> None:
        story, line = self._story, self._story.rng.choice(order.lines)
        if order.key in self._deleted:
            return
        amount = line.price if line.quantity > 1 else line.price - line.discount
        fact = OrderRefunded(
            key=story.key("refund"),
            at=story.at,
            order=order.key,
            amount=amount,
            currency=order.currency,
            lines=((line.key, 1),),
            note="came broken" if story.chance(0.5) else "",
        )
        story.tell(fact)
        self._billing.refund_order(order.key, amount)

    def _join(self, human: Human, email: str) -> str:
        story, rng = self._story, self._story.rng
        key, (first, last) = story.key("customer"), as_name(rng, human)
        story.know("shop", "customer", key, human)
        fact = CustomerJoined(
            key=key,
            at=story.at,
            first_name=first,
            last_name=last,
            email=email,
            phone=as_phone(rng, human) if story.chance(0.7) else "",
            address=human.address if story.chance(0.8) else None,
            accepts_email=rng.choice((True, True, False, None)),
            accepts_sms=rng.choice((True, False, None, None)),
            locale=human.locale.code,
            company=human.firm.name if human.firm and story.chance(0.3) else "",
            tags=("vip",) if story.chance(0.05) else (),
            external_ids={"loyalty": f"L{human.serial:07d}"} if story.chance(0.2) else {},
        )
        story.tell(fact)
        return key

    def edit(self, human: Human, changes: dict[str, object]) -> None:
        """Let somebody change the account."""
        if human.customer:
            fact = CustomerEdited(key=human.customer, at=self._story.at, changes=changes)
            self._story.tell(fact)

"""What people pay, once or every month."""

from collections import OrderedDict
from dataclasses import replace
from functools import partial

from sandbox.happenings import (
    Charged,
    ChargeRefunded,
    Disputed,
    Invoiced,
    OrderPlaced,
    PayerEdited,
    PayerJoined,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionStarted,
)
from sandbox.names import shop_customer
from sandbox.world.human import Human, as_email, as_name
from sandbox.world.locales import minor
from sandbox.world.story import Story

PLANS = (("starter", 900), ("team", 4_900), ("business", 19_900))
REMEMBERED = 2_000


class Billing:
    """Payers, charges, subscriptions with their invoices, disputes."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.payers: list[Human] = []
        self._subscribers: list[Human] = []
        self._quantity: dict[str, int] = {}
        self._charges: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def join(self, human: Human) -> None:
        """Become a payer: with the work address where there is one, half of the time."""
        story, rng = self._story, self._story.rng
        key, (first, last) = story.key("payer"), as_name(rng, human)
        email = human.work_email if human.work_email and story.chance(0.5) else human.email
        if human.firm and story.chance(0.05):
            email = human.firm.role_mail
        linked = human.customer is not None and story.chance(0.5)
        metadata = {"shop_customer_id": str(shop_customer(human.customer or ""))} if linked else {}
        human.payer = key
        self.payers.append(human)
        story.know("billing", "payer", key, human)
        fact = PayerJoined(
            key=key,
            at=story.at,
            name=f"{first} {last}".strip(),
            email=as_email(rng, email).strip(),
            phone=human.phone if story.chance(0.5) else "",
            address=human.address if story.chance(0.5) else None,
            currency=human.locale.currency,
            description=human.firm.name if human.firm and story.chance(0.5) else "",
            metadata=metadata,
        )
        story.tell(fact)

    def edit(self, human: Human, changes: dict[str, object]) -> None:
        """Let somebody change what billing knows."""
        if human.payer:
            self._story.tell(PayerEdited(key=human.payer, at=self._story.at, changes=changes))

    def charge_order(self, human: Human, order: OrderPlaced) -> None:
        """Charge for an order; what has no payer is a guest's."""
        story = self._story
        fact = Charged(
            key=story.key("charge"),
            at=story.at,
            amount=order.total,
            currency=order.currency,
            payer=human.payer,
            email=order.email.strip(),
            name=f"{order.first_name} {order.last_name}".strip(),
            order=order.key,
            description=f"Order {order.number}",
            metadata={"order_number": order.number},
        )
        self._charge(fact)
        self._charges[order.key] = (fact.key, order.total)
        if len(self._charges) > REMEMBERED:
            self._charges.popitem(last=False)

    def refund_order(self, order: str, amount: int) -> None:
        """Give money back where billing took it."""
        charge, left = self._charges.get(order, ("", 0))
        back = min(amount, left)
        if back:
            self._charges[order] = (charge, left - back)
            story = self._story
            fact = ChargeRefunded(key=story.key("return"), at=story.at, charge=charge, amount=back)
            story.tell(fact)

    def subscribe(self) -> None:
        """Let a payer without a subscription start one."""
        story = self._story
        human = story.somebody(self.payers, "payer")
        if human is None or human.payer is None or human.subscription:
            return
        plan, cents = story.rng.choice(PLANS)
        currency = human.locale.currency
        fact = SubscriptionStarted(
            key=story.key("subscription"),
            at=story.at,
            payer=human.payer,
            plan=plan,
            amount=minor(cents, currency),
            currency=currency,
            interval="year" if story.chance(0.15) else "month",
            quantity=story.rng.choice((1, 1, 3, 10)),
        )
        human.subscription = fact.key
        self._subscribers.append(human)
        self._quantity[fact.key] = fact.quantity
        story.tell(fact)
        self._bill(human, fact)

    def touch_subscription(self) -> None:
        """Let a subscriber grow, shrink, or go."""
        story = self._story
        human = story.somebody(self._subscribers, "subscription")
        if human is None or human.subscription is None:
            return
        key = human.subscription
        if story.chance(0.3):
            if human.mood is None or human.mood.is_sour(story.at):
                self.cancel(human)
            return
        grown = max(1, self._quantity[key] + story.rng.choice((-1, 1, 2, 5)))
        self._quantity[key] = grown
        story.tell(SubscriptionChanged(key=key, at=story.at, changes={"quantity": grown}))

    def cancel(self, human: Human) -> None:
        """End a subscription now."""
        if human.subscription:
            fact = SubscriptionCancelled(
                key=human.subscription, at=self._story.at, reason="too_expensive"
            )
            self._story.tell(fact)
            self._quantity.pop(human.subscription, None)
            human.subscription = None
            self._subscribers.remove(human)

    def _bill(self, human: Human, plan: SubscriptionStarted) -> None:
        if human.gone or human.subscription != plan.key:
            return
        story, days = self._story, 365 if plan.interval == "year" else 30
        invoice = Invoiced(
            key=story.key("invoice"),
            at=story.at,
            payer=plan.payer,
            amount=plan.amount,
            quantity=self._quantity[plan.key],
            currency=plan.currency,
            subscription=plan.key,
            description=f"{plan.plan} x {self._quantity[plan.key]}",
        )
        story.tell(invoice)
        story.later(0.02, 0.2, partial(self._collect, human, invoice))
        story.later(days, days + 0.01, partial(self._bill, human, plan))

    def _collect(self, human: Human, invoice: Invoiced) -> None:
        story = self._story
        if human.gone:
            return
        works = story.chance(0.95) and not human.balks(story.at, 0.35)
        charge = Charged(
            key=story.key("charge"),
            at=story.at,
            amount=invoice.amount * invoice.quantity,
            currency=invoice.currency,
            payer=invoice.payer,
            invoice=invoice.key,
            status="succeeded" if works else "failed",
            description=invoice.description,
        )
        self._charge(charge)
        if works:
            self._paid(human, invoice)
        elif human.subscription == invoice.subscription:
            self._status(human, "past_due")
            story.later(1, 4, partial(self._collect, human, invoice))

    def _paid(self, human: Human, invoice: Invoiced) -> None:
        self._story.tell(replace(invoice, at=self._story.at, status="paid"))
        if human.spare.pop("past_due", None) and human.subscription == invoice.subscription:
            self._status(human, "active")

    def _status(self, human: Human, status: str) -> None:
        if human.subscription and human.spare.get("past_due") != status:
            if status == "past_due":
                human.spare["past_due"] = status
            changes = {"status": status}
            fact = SubscriptionChanged(key=human.subscription, at=self._story.at, changes=changes)
            self._story.tell(fact)

    def _charge(self, charge: Charged) -> None:
        story = self._story
        story.tell(charge)
        if charge.status == "succeeded" and story.chance(0.004):
            story.later(2, 15, partial(self._dispute, charge, story.key("dispute")))

    def _dispute(self, charge: Charged, key: str, status: str = "needs_response") -> None:
        fact = Disputed(
            key=key, at=self._story.at, charge=charge.key, amount=charge.amount, status=status
        )
        self._story.tell(fact)
        if status == "needs_response":
            end = "won" if self._story.chance(0.5) else "lost"
            self._story.later(5, 30, partial(self._dispute, charge, key, end))

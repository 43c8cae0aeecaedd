"""How the schema's fields of orders, lines, refunds and payments are read from an order's facts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.http import Json
from sandbox.names import number
from sandbox.shopify.addresses import person
from sandbox.shopify.cursors import Page, cut
from sandbox.shopify.metafields import metafield, metafields
from sandbox.shopify.money import Money, decimal
from sandbox.shopify.products import variant

if TYPE_CHECKING:
    from sandbox.shopify.reading import Reading

Facts = dict[str, Any]
REASONS = {"customer": "CUSTOMER", "fraud": "FRAUD", "inventory": "INVENTORY"}


def _sum(name: str) -> Callable[..., Money]:
    return lambda f, *_: (f[name], f["currency"])


def _nothing(facts: Facts, *_: Json) -> Money:
    return 0, facts["currency"]


def _received(facts: Facts) -> int:
    return int(facts["total"]) if facts["paid"] else 0


def _owed(facts: Facts, *_: Json) -> Money:
    due = 0 if facts["cancelled_at"] else facts["total"] - _received(facts)
    return due, facts["currency"]


def _left(facts: Facts, *_: Json) -> Money:
    return facts["total"] - facts["refunded"], facts["currency"]


def _financial(facts: Facts, *_: Json) -> str:
    if facts["refunded"]:
        return "REFUNDED" if facts["refunded"] >= facts["total"] else "PARTIALLY_REFUNDED"
    if facts["paid"]:
        return "PAID"
    return "VOIDED" if facts["cancelled_at"] else "PENDING"


def _address(facts: Facts, *_: Json) -> Facts | None:
    if facts["address"] is None:
        return None
    return {**facts["address"], **person(facts), "id": facts["id"], "kind": "OrderAddress"}


def _lines(facts: Facts) -> list[Facts]:
    own = {"currency": facts["currency"], "status": facts["status"]}
    return [{**line, **own} for line in facts["lines"]]


def _refunds(facts: Facts) -> list[Facts]:
    own = {"currency": facts["currency"], "order": facts}
    return [{**refund, **own} for refund in facts["refunds"]]


def _transactions(facts: Facts) -> list[Facts]:
    own = {"currency": facts["currency"], "order": facts}
    found = []
    if facts["paid"]:
        sale = {"id": facts["id"], "kind": "SALE", "amount": facts["total"]}
        found.append({**own, **sale, "created": facts["created"]})
    return found + [{**own, **r, "kind": "REFUND"} for r in facts["refunds"]]


def _tax(facts: Facts, *_: Json) -> list[Facts]:
    if not facts["tax"]:
        return []
    return [{"title": "Tax", "channelLiable": False, "priceSet": (facts["tax"], facts["currency"])}]


def _shipping(facts: Facts) -> list[Facts]:
    if not facts["shipping"]:
        return []
    price = (facts["shipping"], facts["currency"])
    return [{"id": facts["id"], "discountedPriceSet": price, "originalPriceSet": price}]


def _refund_lines(facts: Facts, _: "Reading", args: Facts) -> Page:
    by_id = {line["id"]: line for line in _lines(facts["order"])}
    found = [
        {
            "id": number("refund line", f"{facts['id']}:{line}"),
            "line": by_id[line],
            "quantity": quantity,
            "currency": facts["currency"],
        }
        for line, quantity in facts["lines"]
        if line in by_id
    ]
    return cut(found, args)


def _unit(line: Facts) -> int:
    """Give the price of one after discounts, in minor units, rounded down."""
    quantity = line["quantity"]
    return int((quantity * line["price"] - line["discount"]) // quantity) if quantity else 0


def _product(line: Facts, reading: "Reading") -> Facts | None:
    return None if line["product"] is None else reading.one("products", line["product"])


def _variant(line: Facts, reading: "Reading") -> Facts | None:
    found = _product(line, reading)
    return None if found is None else variant(found)


def _maker(line: Facts, reading: "Reading") -> str | None:
    found = _product(line, reading)
    return None if found is None else found["maker"]


def _customer(facts: Facts, reading: "Reading") -> Facts | None:
    return None if facts["customer"] is None else reading.one("customers", facts["customer"])


def _accepts(facts: Facts, reading: "Reading") -> bool:
    found = _customer(facts, reading)
    return bool(found and found["accepts_email"])


FIELDS: dict[str, dict[str, Any]] = {
    "MoneyBag": {
        "presentmentMoney": lambda money, _: money,
        "shopMoney": lambda money, r: r.in_shop_money(money),
    },
    "MoneyV2": {
        "amount": lambda money, _: decimal(money),
        "currencyCode": lambda money, _: money[1],
    },
    "Order": {
        "billingAddress": _address,
        "billingAddressMatchesShippingAddress": lambda *_: True,
        "cancelReason": lambda f, _: (
            REASONS.get(f["reason"], "OTHER") if f["cancelled_at"] else None
        ),
        "cancellation": lambda f, _: {"staffNote": None} if f["cancelled_at"] else None,
        "cancelledAt": lambda f, _: f["cancelled_at"],
        "closed": lambda f, _: f["cancelled_at"] is not None,
        "closedAt": lambda f, _: f["cancelled_at"],
        "confirmationNumber": lambda f, _: f"C{f['id']}",
        "confirmed": lambda *_: True,
        "createdAt": lambda f, _: f["created"],
        "currencyCode": lambda f, r: r.in_shop_money((0, f["currency"]))[1],
        "currentSubtotalLineItemsQuantity": lambda f, _: sum(
            line["quantity"] - line["returned"] for line in f["lines"]
        ),
        "currentSubtotalPriceSet": lambda f, _: (
            max(f["subtotal"] - f["refunded"], 0),
            f["currency"],
        ),
        "currentTotalDiscountsSet": _sum("discounts"),
        "currentTotalPriceSet": _left,
        "currentTotalTaxSet": _sum("tax"),
        "customAttributes": lambda *_: [],
        "customer": _customer,
        "customerAcceptsMarketing": _accepts,
        "discountCode": lambda *_: None,
        "discountCodes": lambda *_: [],
        "displayAddress": _address,
        "displayFinancialStatus": _financial,
        "displayFulfillmentStatus": lambda f, _: (
            "FULFILLED" if f["status"] == "fulfilled" else "UNFULFILLED"
        ),
        "email": lambda f, _: f["email"] or None,
        "estimatedTaxes": lambda *_: False,
        "fullyPaid": lambda f, _: f["paid"],
        "id": lambda f, _: f"gid://shopify/Order/{f['id']}",
        "legacyResourceId": lambda f, _: str(f["id"]),
        "lineItems": lambda f, _, args: cut(_lines(f), args, "order_lines"),
        "metafield": metafield,
        "metafields": metafields,
        "netPaymentSet": lambda f, _: (_received(f) - f["refunded"], f["currency"]),
        "note": lambda f, _: f["note"] or None,
        "number": lambda f, _: int("".join(filter(str.isdigit, f["number"]))[-9:] or 0),
        "originalTotalPriceSet": _sum("total"),
        "paymentGatewayNames": lambda f, _: ["manual"] if f["paid"] else [],
        "phone": lambda f, _: f["phone"] or None,
        "presentmentCurrencyCode": lambda f, _: f["currency"],
        "processedAt": lambda f, _: f["created"],
        "refundable": lambda f, _: f["paid"] and f["refunded"] < f["total"],
        "refunds": lambda f, _, args: _refunds(f)[: args.get("first")],
        "requiresShipping": lambda *_: True,
        "returnStatus": lambda f, _: (
            "RETURNED" if any(line["returned"] for line in f["lines"]) else "NO_RETURN"
        ),
        "shippingAddress": _address,
        "shippingLine": lambda f, _: next(iter(_shipping(f)), None),
        "shippingLines": lambda f, _, args: cut(_shipping(f), args),
        "sourceName": lambda f, _: f["channel"],
        "statusPageUrl": lambda f, _: f"https://shop.example/orders/{f['id']}",
        "subtotalLineItemsQuantity": lambda f, _: sum(line["quantity"] for line in f["lines"]),
        "subtotalPriceSet": _sum("subtotal"),
        "taxExempt": lambda *_: False,
        "taxLines": _tax,
        "taxesIncluded": lambda *_: False,
        "test": lambda *_: False,
        "totalCapturableSet": _nothing,
        "totalDiscountsSet": _sum("discounts"),
        "totalOutstandingSet": _owed,
        "totalPriceSet": _sum("total"),
        "totalReceivedSet": lambda f, _: (_received(f), f["currency"]),
        "totalRefundedSet": _sum("refunded"),
        "totalRefundedShippingSet": _nothing,
        "totalShippingPriceSet": _sum("shipping"),
        "totalTaxSet": _sum("tax"),
        "totalTipReceivedSet": _nothing,
        "transactions": lambda f, _, args: _transactions(f)[: args.get("first")],
        "transactionsCount": lambda f, _: {"count": len(_transactions(f)), "precision": "EXACT"},
        "unpaid": lambda f, _: not f["paid"],
        "updatedAt": lambda f, _: f["updated"],
    },
    "LineItem": {
        "currentQuantity": lambda f, _: f["quantity"] - f["returned"],
        "customAttributes": lambda *_: [],
        "discountedTotalSet": lambda f, *_: (
            f["quantity"] * f["price"] - f["discount"],
            f["currency"],
        ),
        "discountedUnitPriceSet": lambda f, _: (_unit(f), f["currency"]),
        "id": lambda f, _: f"gid://shopify/LineItem/{f['id']}",
        "isGiftCard": lambda *_: False,
        "name": lambda f, _: f["title"],
        "originalTotalSet": lambda f, _: (f["quantity"] * f["price"], f["currency"]),
        "originalUnitPriceSet": _sum("price"),
        "product": _product,
        "refundableQuantity": lambda f, _: f["quantity"] - f["returned"],
        "requiresShipping": lambda *_: True,
        "restockable": lambda f, _: f["product"] is not None,
        "sku": lambda f, _: f["sku"] or None,
        "taxLines": lambda *_: [],
        "taxable": lambda *_: True,
        "totalDiscountSet": _sum("discount"),
        "unfulfilledQuantity": lambda f, _: 0 if f["status"] == "fulfilled" else f["quantity"],
        "variant": _variant,
        "variantTitle": lambda *_: None,
        "vendor": _maker,
    },
    "Refund": {
        "createdAt": lambda f, _: f["created"],
        "id": lambda f, _: f"gid://shopify/Refund/{f['id']}",
        "legacyResourceId": lambda f, _: str(f["id"]),
        "note": lambda f, _: f["note"] or None,
        "processedAt": lambda f, _: f["created"],
        "refundLineItems": _refund_lines,
        "totalRefundedSet": _sum("amount"),
        "transactions": lambda f, _, args: cut(
            [t for t in _transactions(f["order"]) if t["id"] == f["id"]], args
        ),
        "updatedAt": lambda f, _: f["created"],
    },
    "RefundLineItem": {
        "id": lambda f, _: f"gid://shopify/RefundLineItem/{f['id']}",
        "lineItem": lambda f, _: f["line"],
        "priceSet": lambda f, _: (_unit(f["line"]), f["currency"]),
        "restockType": lambda *_: "RETURN",
        "restocked": lambda *_: True,
        "subtotalSet": lambda f, _: (_unit(f["line"]) * f["quantity"], f["currency"]),
        "totalTaxSet": _nothing,
    },
    "OrderTransaction": {
        "amountSet": _sum("amount"),
        "createdAt": lambda f, _: f["created"],
        "formattedGateway": lambda *_: "manual",
        "gateway": lambda *_: "manual",
        "id": lambda f, _: f"gid://shopify/OrderTransaction/{f['id']}",
        "manualPaymentGateway": lambda *_: True,
        "processedAt": lambda f, _: f["created"],
        "status": lambda *_: "SUCCESS",
        "test": lambda *_: False,
    },
    "ShippingLine": {
        "code": lambda *_: "standard",
        "id": lambda f, _: f"gid://shopify/ShippingLine/{f['id']}",
        "isRemoved": lambda *_: False,
        "source": lambda *_: "shopify",
        "title": lambda *_: "Standard",
    },
}

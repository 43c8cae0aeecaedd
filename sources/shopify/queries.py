"""What we ask Shopify, in its own words. Every field asked costs points, so none is asked idly."""

from __future__ import annotations

_ADDRESS = """
fragment Address on MailingAddress {
  firstName lastName name company address1 address2 city province provinceCode zip country
  countryCode: countryCodeV2 phone
}
"""

_CUSTOMER = (
    """
fragment Row on Customer {
  id legacyResourceId firstName lastName displayName
  defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt }
  defaultPhoneNumber { phoneNumber marketingState }
  defaultAddress { ...Address }
  multipassIdentifier locale state note tags verifiedEmail taxExempt dataSaleOptOut
  numberOfOrders amountSpent { amount currencyCode } createdAt updatedAt
}
"""
    + _ADDRESS
)

_LINE = """
fragment Line on LineItem {
  id title variantTitle sku vendor quantity currentQuantity isGiftCard
  product { legacyResourceId } variant { legacyResourceId }
  originalUnitPriceSet { shopMoney { amount } }
  originalTotalSet { shopMoney { amount } }
  discountedTotalSet { shopMoney { amount } }
}
"""

_ORDER = (
    """
fragment Row on Order {
  id legacyResourceId name email phone customerLocale customer { legacyResourceId }
  billingAddress { ...Address } shippingAddress { ...Address }
  currencyCode presentmentCurrencyCode
  totalPriceSet { shopMoney { amount } presentmentMoney { amount } }
  currentTotalPriceSet { shopMoney { amount } }
  subtotalPriceSet { shopMoney { amount } }
  totalTaxSet { shopMoney { amount } }
  totalDiscountsSet { shopMoney { amount } }
  totalShippingPriceSet { shopMoney { amount } }
  totalRefundedSet { shopMoney { amount } }
  displayFinancialStatus displayFulfillmentStatus cancelReason cancelledAt closedAt
  createdAt processedAt updatedAt customerAcceptsMarketing test note poNumber sourceName
  discountCodes paymentGatewayNames customAttributes { key value } tags
  refunds {
    id legacyResourceId note createdAt processedAt updatedAt
    totalRefundedSet { shopMoney { amount currencyCode } }
  }
  lineItems(first: $lines) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
}
"""
    + _ADDRESS
    + _LINE
)

_PRODUCT = """
fragment Row on Product {
  id legacyResourceId title handle status productType vendor tags isGiftCard totalInventory
  createdAt publishedAt updatedAt
  variants(first: 1) { nodes { legacyResourceId sku price } }
}
"""

FIELDS = {"customers": _CUSTOMER, "orders": _ORDER, "products": _PRODUCT}


def changed(table: str) -> str:
    """Return the query for a page of records, least recently updated first."""
    return f"""
query Changed($first: Int!, $after: String, $query: String{_lines(table)}) {{
  page: {table}(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{ ...Row }} pageInfo {{ hasNextPage endCursor }}
  }}
}}{FIELDS[table]}"""


def named(table: str) -> str:
    """Return the query for records by their ids; a record that is gone comes back null."""
    return (
        f"query Named($ids: [ID!]!{_lines(table)}) {{ nodes(ids: $ids) {{ ...Row }} }}"
        + (FIELDS[table])
    )


def listing(table: str) -> str:
    """Return the query for a page of bare ids, in order of id: it holds still while it is read."""
    return f"""
query Listing($first: Int!, $after: String) {{
  page: {table}(first: $first, after: $after, sortKey: ID) {{
    nodes {{ id createdAt }} pageInfo {{ hasNextPage endCursor }}
  }}
}}"""


def count(table: str) -> str:
    """Return the query for how many records there are; ``limit: null`` lifts its cap of 10,000."""
    return f"""
query Total($query: String) {{
  total: {table}Count(limit: null, query: $query) {{ count precision }}
}}"""


ZONE = "query Zone { shop { ianaTimezone } }"


COUNT_WITH_AGED = """
query Total($query: String, $aged: String) {
  total: ordersCount(limit: null, query: $query) { count precision }
  aged: ordersCount(limit: null, query: $aged) { count precision }
}"""

PARTS = """
query Parts($first: Int!, $after: String, $query: String) {
  page: orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { updatedAt refunds { id } lineItems(first: 10) { nodes { id } } }
    pageInfo { hasNextPage endCursor }
  }
}"""

MORE_LINES = (
    """
query MoreLines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    page: lineItems(first: $first, after: $after) {
      nodes { ...Line } pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + _LINE
)

DELETIONS = """
query Deletions($first: Int!, $after: String, $query: String) {
  page: deletionEvents(
    first: $first, after: $after, query: $query, subjectTypes: [PRODUCT], sortKey: CREATED_AT
  ) {
    nodes { subjectId occurredAt } pageInfo { hasNextPage endCursor }
  }
}
"""


def _lines(table: str) -> str:
    return ", $lines: Int!" if table == "orders" else ""

"""BigCommerce in miniature: orders as of v2, everything else as of v3.

    GET /stores/{hash}/v2/orders[/{id}[/products]], /v2/orders/count
    GET /stores/{hash}/v3/customers, /v3/catalog/products
    GET /stores/{hash}/v3/orders/payment_actions/refunds

Auth    ``X-Auth-Token``, which does not expire
Pages   v2: ``page`` and ``limit`` (50, at most 250), a bare array, and 204 without a body where
        nothing is. v3: an envelope with totals; customers also by cursor (``after``), in which case
        there are no totals; products also by id (``id:greater``).
Limits  150 requests in windows of 30 s, shared by all apps of the store; 429. What is left and when
        the window ends, in milliseconds, is in the head of every answer; there is no Retry-After.
Quirks  v2 writes times after RFC 2822 and amounts with four places, v3 ISO times and numbers.
        ``date_modified:min`` leaves its own second out for customers and not for products. An
        archived order stays in the list as ``is_deleted``. Lines are shown inside an order where
        asked for (``include=consignments.line_items``), the first fifty. Refunds say no currency.
"""

from sandbox.bigcommerce.api import BigCommerce

VENDOR = BigCommerce

"""WooCommerce's REST API (wc/v3) in miniature.

    GET /wp-json/wc/v3/{customers orders products refunds}[/{id}]
    GET /wp-json/wc/v3/orders/{id}/refunds

Auth    OAuth 1.0a, one-legged (HMAC-SHA1 or -SHA256), on plain http; Basic with consumer key and
        secret on https, or both in the query. A nonce counts once, a timestamp for 15 minutes.
Pages   ``page`` or ``offset`` with ``per_page`` (10, at most 100); a bare array, ``X-WP-Total``,
        ``X-WP-TotalPages``, ``Link``
Limits  none of its own; a host's where one is given
Quirks  Offsets shift when rows come or go. ``orderby=modified`` knows no order among rows of one
        second, and the next page may see another one. ``modified_after`` is exclusive and reads
        the site's own time unless told ``dates_are_gmt``. ``status=any`` leaves the trash out.
        Customers have no filter by time, and are those with the role "customer" unless told
        ``role``. A deletion leaves no trace; a deleted customer's orders become a guest's.
"""

from sandbox.woocommerce.api import WooCommerce

VENDOR = WooCommerce

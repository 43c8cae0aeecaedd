"""Shopify in miniature: customers, orders and products behind the Admin GraphQL API.

    POST /admin/api/2026-07/graphql.json   one GraphQL document, see schema.graphql
    POST /admin/oauth/access_token         refresh_token (rotating), client_credentials

Docs    https://shopify.dev/docs/api/admin-graphql
Auth    X-Shopify-Access-Token; a custom app's token never expires, others after 60 minutes
Limits  1,000 points a query; 100 points/s come back (200, 1000, 2000 on bigger plans)
Quirks  customers' updated_at filter matches whole days, all times have whole seconds; deletions
        are told of products only; throttling is an ``errors`` entry under HTTP 200.
"""

from sandbox.shopify.shop import Shopify

VENDOR = Shopify

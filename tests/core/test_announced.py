"""What a vendor announces in its headers is noted, in each of the forms they use."""

from __future__ import annotations

import pytest
import requests

from core.http import announced

REQUEST = requests.Request("GET", "https://shop.example/api/2026-01/orders?key=s3cret").prepare()


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, {}),
        (
            {"Sunset": "Sat, 31 Oct 2026 23:59:59 GMT"},
            {"sunset": "2026-10-31T23:59:59+00:00"},
        ),
        ({"Deprecation": "@1767225600"}, {"deprecated": "2026-01-01T00:00:00+00:00"}),
        (
            {"Deprecation": "Thu, 01 Jan 2026 00:00:00 GMT"},
            {"deprecated": "2026-01-01T00:00:00+00:00"},
        ),
        ({"Deprecation": "true"}, {}),
        ({"X-Shopify-API-Deprecated-Reason": "see docs"}, {"why": "see docs"}),
    ],
)
def test_the_end_of_a_version_is_read_from_headers(
    headers: dict[str, str], said: dict[str, str]
) -> None:
    response = requests.Response()
    response.headers.update(headers)

    where = {"where": "/api/2026-01/orders"} if headers else {}
    assert announced(REQUEST, response) == where | said

"""The brief fits into a Slack message, in Slack's own markup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitoring.brief.compose import compose
from monitoring.brief.page import Page, Section
from monitoring.brief.slack import message
from tests.monitoring.brief.nights import BUSY, FIRST, ORDINARY, REFUSED, TERRIBLE


def texts(body: dict[str, Any]) -> str:
    return "\n".join(
        str(part["text"])
        for block in body["blocks"]
        for part in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        if part
    )


def test_a_phone_shows_the_verdict() -> None:
    body = message(compose(TERRIBLE))

    assert body["text"].startswith(":red_circle: 2 of 6 systems arrived; HubSpot, Mailchimp")


def test_the_message_says_what_is_wrong_what_to_do_and_what_arrived() -> None:
    said = texts(message(compose(TERRIBLE, {"billing": "Finance"})))

    assert "• *Stripe did not arrive.* It does not accept our key (`GET /v1/charges" in said
    assert "• *Finance:* Check STRIPE_API_KEY" in said
    assert (
        "*Shop* 12 rows (ordinary night 1,204)\n12 orders\nShopify *only 1% of the usual*" in said
    )
    assert "**" not in said


@pytest.mark.parametrize("night", [ORDINARY, FIRST, BUSY, TERRIBLE])
def test_slacks_limits_are_kept(night: Any) -> None:
    many = replace(compose(night), rest=(Section("Long", ("x" * 500,) * 20),))

    blocks = message(many)["blocks"]

    assert len(blocks) <= 50
    for block in blocks:
        assert len(block.get("text", {}).get("text", "")) <= 3000
        assert len(block.get("fields", [])) <= 10


def test_a_vendors_words_are_no_markup_in_slack() -> None:
    night = replace(
        ORDINARY, sources=(replace(REFUSED, error="stripe: <!channel> & <http://x|y>"),)
    )

    said = texts(message(compose(night)))

    assert "&lt;!channel&gt; &amp; &lt;http://x|y&gt;" in said
    assert "<!channel>" not in said


def test_more_than_ten_domains_take_more_than_one_block() -> None:
    page: Page = compose(ORDINARY)
    many = replace(page, domains=page.domains * 6)

    fields = [len(b["fields"]) for b in message(many)["blocks"] if "fields" in b]

    assert fields == [10, 2]

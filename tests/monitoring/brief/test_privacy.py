"""Whatever a vendor says of people, no form of the brief repeats it."""

from __future__ import annotations

import orjson

from core.errors import VendorRefusedError
from monitoring.brief import html, markdown
from monitoring.brief.compose import compose
from monitoring.brief.letter import letter
from monitoring.brief.slack import message
from monitoring.nights import assemble
from tests.monitoring.world import World

PEOPLE = ("ada.lovelace@engine.example", "+44 20 7946 0018", "sk_live_abcdefghijklmnop")


def test_people_and_secrets_in_a_vendors_answer_are_in_no_form_of_the_brief(world: World) -> None:
    words = f"stripe: GET /v1/customers answered 400: no {' nor '.join(PEOPLE)}"
    world.night()
    world.later(days=1)
    world.night({"stripe": VendorRefusedError(words, next_step=f"Ask {PEOPLE[0]}.")})
    world.watch()
    night = assemble(world.ledger, world.cadences, world.clock.now())
    assert night is not None

    page = compose(night)

    forms = (
        markdown.render(page),
        html.render(page),
        orjson.dumps(message(page)).decode(),
        *(
            part.get_content()
            for part in letter(page, "daybreak@shop.example", ["crm@shop.example"]).walk()
            if not part.is_multipart()
        ),
    )
    for form in forms:
        assert "Stripe arrived only in part" in form
        assert not [part for part in PEOPLE if part in form]

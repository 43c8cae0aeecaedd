"""Records that no clean data set has and every real one does. All are told on the first day."""

from typing import Any

from sandbox.happenings import (
    Charged,
    ContactJoined,
    CustomerJoined,
    Happening,
    OrderPlaced,
    PayerJoined,
    UserJoined,
)
from sandbox.world.story import Story

LONG = "a" * 388 + "@odd.example"  # 400 characters
JUNK = "test@test.com"


def tell_oddities(story: Story) -> None:
    """Tell them; nobody in person is behind any."""
    for fact in (*_in_the_shop(story), *_in_billing(story), *_in_support(story), *_in_crm(story)):
        story.know(fact.system, fact.key.rpartition("-")[0], fact.key, None)
        story.tell(fact)


def _in_the_shop(story: Story) -> list[Happening]:
    at = story.at
    names: list[dict[str, Any]] = [
        {"first_name": "Test", "last_name": "Test", "email": JUNK, "phone": "000000"},
        {"first_name": "test", "last_name": "order do not ship", "email": JUNK},
        {"first_name": "asdf", "last_name": "asdf", "email": "asdf@asdf.com", "phone": "123456"},
        {"first_name": "Long", "last_name": "Address", "email": LONG},
        {"first_name": "Nul\x00", "last_name": "Byte", "email": "nul.byte@odd.example"},
        {"first_name": "🌸", "last_name": "🎉🎉", "email": "emoji@odd.example"},
        {"first_name": "\u202eمحمد", "last_name": "\u200fالعتيبي", "email": "rtl@odd.example"},
        {"first_name": "Zero\u200bWidth", "last_name": "Space", "email": "zws\u200b@odd.example"},
        {"first_name": "Robert'); DROP TABLE", "last_name": "=1+1", "email": "bobby@odd.example"},
        {"first_name": "John", "last_name": "Smith", "email": "john.smith.a@odd.example"},
        {"first_name": "John", "last_name": "Smith", "email": "john.smith.b@odd.example"},
        {"email": "n/a"},
        {},
    ]
    facts: list[Happening] = [
        CustomerJoined(key=story.key("customer"), at=at, **name) for name in names
    ]
    guest: dict[str, Any] = {"email": JUNK, "first_name": "Test", "phone": "+1 000 000 0000"}
    orders = [
        OrderPlaced(key=story.key("order"), at=at, number="T-1", currency="JPY", **guest),
        OrderPlaced(key=story.key("order"), at=at, number="T-2", currency="KWD", shipping=1_005),
    ]
    return [*facts, *orders]


def _in_billing(story: Story) -> list[Happening]:
    at = story.at
    return [
        PayerJoined(key=story.key("payer"), at=at, name="Test", email=JUNK),
        PayerJoined(key=story.key("payer"), at=at),
        PayerJoined(key=story.key("payer"), at=at, name="Nul\x00 Payer", email=LONG),
        Charged(key=story.key("charge"), at=at, amount=500, currency="JPY"),
        Charged(key=story.key("charge"), at=at, amount=1_005, currency="KWD"),
        Charged(key=story.key("charge"), at=at, amount=0, currency="EUR"),
    ]


def _in_support(story: Story) -> list[Happening]:
    at = story.at
    return [
        UserJoined(key=story.key("user"), at=at, name="test", email=JUNK, phone="000000"),
        UserJoined(key=story.key("user"), at=at, name="Anonymous caller", phone="anonymous"),
        UserJoined(key=story.key("user"), at=at, name="noreply@odd.example"),
        UserJoined(key=story.key("user"), at=at, name="John Smith", email="js@odd.example"),
        UserJoined(key=story.key("user"), at=at, name="Mia\x00 \U0001f984", email=LONG),
    ]


def _in_crm(story: Story) -> list[Happening]:
    at = story.at
    return [
        ContactJoined(key=story.key("contact"), at=at, first_name="Test", email=JUNK),
        ContactJoined(key=story.key("contact"), at=at),
        ContactJoined(key=story.key("contact"), at=at, phone="123456", last_name="asdf"),
        ContactJoined(key=story.key("contact"), at=at, first_name="x", email=LONG),
        ContactJoined(
            key=story.key("contact"), at=at, last_name="שלום 👋", email="rtl2@odd.example"
        ),
    ]

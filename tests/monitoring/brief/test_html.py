"""The page for a browser says what the Markdown says, and needs nothing but itself."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from monitoring.brief import html, inline, markdown
from monitoring.brief.chart import BEFORE, columns
from monitoring.brief.compose import compose
from monitoring.brief.page import Page
from monitoring.night import Night
from tests.monitoring.brief.nights import BUSY, FIRST, ORDINARY, REFUSED, TERRIBLE

NIGHTS = {"ordinary": ORDINARY, "first": FIRST, "busy": BUSY, "terrible": TERRIBLE}
VOID = {"meta", "br", "hr", "link"}


class Reader(HTMLParser):
    """Reads a page as a strict reader would: every tag that opens must close, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def facts(page: Page) -> list[str]:
    """Return all that the page says, as plain words; a row of a table is one fact."""
    compared = page.is_compared
    sections = [*page.first, *page.rest]
    return [
        page.title,
        page.verdict,
        page.small_print,
        *(word for s in sections for word in (s.heading, *map(inline.plain, s.lines))),
        *(f"{d.name} {markdown.figure(d.arrived)}" for d in page.domains),
        *(word for d in page.domains for word in (d.brought, inline.plain(d.remark))),
        *(
            " ".join(
                [
                    row.name,
                    *map(markdown.figure, (row.new, row.changed, row.deleted)),
                    *([markdown.figure(row.ordinary)] if compared else []),
                    inline.plain(row.remark),
                ]
            )
            for row in page.systems
        ),
    ]


@pytest.mark.parametrize("name", NIGHTS)
def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere(name: str) -> None:
    page = html.render(compose(NIGHTS[name]))

    reader = Reader(page)

    assert reader.links == []
    assert "script" not in reader.tags
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize("name", NIGHTS)
def test_the_page_and_the_markdown_say_the_same_facts(name: str) -> None:
    page = compose(NIGHTS[name])
    text, shown = inline.plain(markdown.render(page)), Reader(html.render(page)).text
    text = " ".join(text.replace("|", " ").split())

    for fact in facts(page):
        assert " ".join(fact.split()) in shown
        assert " ".join(fact.split()) in text


def test_the_page_is_for_light_and_dark_for_paper_and_for_phones() -> None:
    page = html.render(compose(ORDINARY))

    for medium in ("prefers-color-scheme: dark", "@media print", "max-width: 620px"):
        assert medium in page
    assert 'name="viewport"' in page


def test_each_domain_has_a_picture_of_its_last_nights_with_words_for_who_cannot_see_it() -> None:
    page = html.render(compose(BUSY))

    assert page.count("<svg") == 2
    assert "Marketing, rows night by night, the last one is this: 101, 102, 100" in page


def test_two_nights_are_no_history_to_draw() -> None:
    assert columns([10, 12], "x") == ""
    assert columns([0, None, 0], "x") == ""
    assert columns([10, None, 12], "x").count(BEFORE) == 14


def test_a_picture_repeats_to_the_letter() -> None:
    assert columns([1, 2, 3], "x") == columns([1, 2, 3], "x")


def test_a_vendors_words_can_put_nothing_into_the_page() -> None:
    words = "stripe: <script>x</script> [here](http://bad.example) ![i](http://bad.example/i) & <b"
    night = replace(ORDINARY, sources=(replace(REFUSED, error=words),))

    page = html.render(compose(night))

    reader = Reader(page)
    assert "script" not in reader.tags
    assert reader.links == []
    assert "<script>x</script>" in reader.text


@pytest.mark.parametrize(
    ("night", "mood"), [(ORDINARY, "good"), (BUSY, "good"), (TERRIBLE, "bad"), (FIRST, "good")]
)
def test_how_bad_it_is_can_be_seen_from_afar(night: Night, mood: str) -> None:
    assert re.search(rf'class="verdict {mood}"', html.render(compose(night)))

"""The brief as one HTML file that needs nothing else: no script, no font, no picture."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from monitoring.brief import inline
from monitoring.brief.chart import columns
from monitoring.brief.markdown import figure
from monitoring.brief.page import Domain, Page


def render(page: Page, *, charts: bool = True) -> str:
    """Return ``page`` as HTML: light or dark as the reader has it, for paper and for phones.

    Args:
        page: What to say.
        charts: Draw the last nights; mail programs leave out drawings, so letters go without.
    """
    drawn = charts and any(_nights(domain) for domain in page.domains)
    return _template().render(page=page, charts=drawn)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitoring.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": inline.html, "figure": figure, "nights": _nights}
    return environment.get_template("brief.html")


def _nights(domain: Domain) -> Markup:
    said = ", ".join(figure(rows) for rows in domain.nights)
    label = f"{domain.name}, rows night by night, the last one is this: {said}"
    return Markup(columns(domain.nights, label))  # noqa: S704 - ElementTree escapes what it writes

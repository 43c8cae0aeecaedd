"""Who failed, who is silent: told once, and once more when it is over; then the brief."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from core.ledger.alert import Alert
from core.settings import BriefSettings, load
from flows.again import begin_again
from flows.artifacts import show_wrong
from flows.attendance import attended
from flows.house import House, open_house
from flows.letters import send_brief
from flows.look import look
from flows.paths import brief_page_path, brief_path
from monitoring.brief import html, markdown
from monitoring.brief.compose import compose
from monitoring.nights import assemble
from monitoring.watch import Report


@flow(name="watch", flow_run_name="watch")
def watch(
    sandbox: str | None = None,
    brief: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
) -> Report:
    """Look at how the last runs ended and who went silent; tell what was not told yet.

    Safe to repeat: the ledger remembers who was told what. With ``brief`` the page of the last
    night is written too, to a file and as an artifact.
    """
    house = open_house(sandbox)
    # Within a night it is the night that checks in.
    with attended("" if brief else "watch", None, house.clock):
        report = look(house)
    for name in begin_again(house.ledger, house.cadences(), house.clock.now()):
        get_run_logger().info("%s was lost and is started again", name)
    for channel, why in report.undelivered.items():
        get_run_logger().error("%s could not be told and will be told again: %s", channel, why)
    show_wrong(_row(alert) for alert in report.alerts)
    if brief:
        publish(house)
    return report


def publish(house: House) -> str:
    """Write the brief of the last night to its two files and as an artifact; return its text."""
    night = assemble(house.ledger, house.cadences(), house.clock.now(), domains=house.domains())
    if night is None:
        return ""
    page = compose(night, load(BriefSettings).owners)
    text = markdown.render(page)
    brief_path(house.settings.home).write_text(text, encoding="utf-8")
    brief_page_path(house.settings.home).write_text(html.render(page), encoding="utf-8")
    send_brief(page)
    create_markdown_artifact(key="brief", markdown=text, description="What the night brought")
    return text


def _row(alert: Alert) -> dict[str, str]:
    return {
        "what": alert.finding.title,
        "since": f"{alert.opened_at:%Y-%m-%d %H:%M} UTC",
        "how bad": alert.finding.severity.value,
        "next step": alert.finding.next_step,
    }

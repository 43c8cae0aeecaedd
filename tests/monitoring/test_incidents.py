"""One trouble is one incident: routed, kept for the morning, answered, and told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.ledger.alert import Alert, Finding, Severity
from monitoring.causes import NETWORK, traced
from monitoring.notices import News, due
from monitoring.routes import Quiet, Route, Routes, read_routes
from monitoring.watch import Around
from tests.monitoring.world import ALL, TWO, Ear, World

REFUSED = VendorRefusedError("stripe: GET /v1/charges answered 401: no", next_step="Check it.")


def away(source: str) -> VendorBusyError:
    return VendorBusyError(f"{source}: GET /{source} could not be reached")


def finding(subject: str, **more: object) -> Finding:
    given = Finding("failed", subject, f"c {subject}", "r", Severity.ERROR, "t", "d", "n")
    return replace(given, **more)  # type: ignore[arg-type] # the fields of a finding


def alert(number: int, found: Finding, **more: object) -> Alert:
    given = Alert(number, found, TWO, TWO, None, incident=1)
    return replace(given, **more)  # type: ignore[arg-type] # the fields of an alert


def test_three_vendors_out_of_reach_are_our_network_and_two_are_not() -> None:
    away = [finding(s, detail="It could not be reached") for s in ("a", "b", "c")]

    assert {f.cause for f in traced(away)} == {NETWORK}
    assert NETWORK not in {f.cause for f in traced(away[:2])}


def test_what_explains_comes_first_and_each_fingerprint_once() -> None:
    stale = finding("a", kind="stale", cause="stale")
    odd = finding("a", kind="odd", family="volume", cause="volume")

    found = traced([odd, stale, finding("a")])

    assert [(f.kind, f.cause) for f in found] == [("failed", "c a"), ("odd", "c a")]


def test_a_failure_does_not_explain_what_is_wrong_with_another_source() -> None:
    found = traced([finding("a"), finding("b", kind="odd", family="volume", cause="v")])

    assert {f.cause for f in found} == {"c a", "v"}


def test_eighteen_sources_that_fail_one_by_one_are_five_messages() -> None:
    told: frozenset[tuple[str, str]] = frozenset({("ear", "quiet:r")})
    alerts: list[Alert] = []
    sizes = []
    for number in range(1, 19):
        alerts.append(alert(number, finding(f"s{number}", cause="one")))
        for notice in due(alerts, "ear", TWO):
            sizes.append(len(notice.subjects))
            alerts = [replace(a, told=told) for a in alerts]

    assert sizes == [1, 1, 2, 4, 8]


def test_an_incident_is_over_when_nothing_of_it_is_left() -> None:
    told = frozenset({("ear", "quiet:r")})
    over = alert(1, finding("a"), told=told, closed_at=TWO)
    rest = alert(2, finding("b"), told=told)

    assert due([over, rest], "ear", TWO) == []
    [notice] = due([over, replace(rest, closed_at=TWO)], "ear", TWO)
    assert (notice.news, notice.subjects) == (News.OVER, ("a", "b"))


def test_what_is_silenced_is_not_told_and_told_again_after_that(world: World) -> None:
    ear = Ear()
    world.pull("stripe", REFUSED)
    [opened] = world.watch().alerts
    world.ledger.alerts.snooze(opened.incident, world.clock.now() + timedelta(hours=4))

    world.watch(ear)
    assert ear.heard == []
    world.later(hours=5)
    world.watch(ear)
    assert [n.title for n in ear.heard] == ["Stripe failed"]


def test_who_is_at_it_hears_only_what_is_graver_and_that_it_is_over(world: World) -> None:
    ear = Ear()
    world.pull("stripe", away("stripe"))
    [opened] = world.watch(ear).alerts
    world.ledger.alerts.acknowledge(opened.incident, "Ops", world.clock.now())
    for source in ("shopify", "zendesk", "hubspot"):
        world.pull(source, away(source))
        world.watch(ear)
    assert len(ear.heard) == 1

    for source in ALL:
        world.pull(source)
    world.watch(ear)
    assert [n.news for n in ear.heard] == [News.TROUBLE, News.OVER]


def test_what_joins_an_incident_is_answered_with_it(world: World) -> None:
    world.pull("stripe", away("stripe"))
    [opened] = world.watch().alerts
    world.ledger.alerts.acknowledge(opened.incident, "Ops", world.clock.now())
    for source in ("shopify", "zendesk"):
        world.pull(source, away(source))

    alerts = world.watch().alerts

    assert {a.incident for a in alerts} == {opened.incident}
    assert {a.acknowledged_by for a in alerts} == {"Ops"}


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(19, False), (21, True), (3, True), (5, True), (6, False)]
)
def test_quiet_hours_are_those_of_the_place(hour: int, is_quiet: bool) -> None:  # noqa: FBT001 - a case
    quiet = Quiet.model_validate({"from": "21:00", "until": "07:00", "zone": "Europe/Berlin"})

    assert quiet.holds(datetime(2026, 1, 6, hour, tzinfo=UTC)) is is_quiet


def test_in_quiet_hours_only_what_is_critical_is_told_the_rest_at_their_end(world: World) -> None:
    ear = Ear()
    quiet = Quiet.model_validate({"from": "22:00", "until": "06:00"})
    world.around = Around(routes=Routes(quiet=quiet))
    world.pull("stripe", REFUSED)
    world.watch(ear)
    assert ear.heard == []

    world.later(hours=4)
    world.watch(ear)
    assert [n.title for n in ear.heard] == ["Stripe failed"]


def test_each_hears_what_the_routes_send_there(world: World) -> None:
    shop, billing, rest = Ear("shop"), Ear("billing"), Ear("rest")
    routes = (
        Route(channels=("shop",), sources=("shopify",)),
        Route(channels=("billing",), domains=("billing",), at_least=Severity.CRITICAL),
        Route(channels=("rest",)),
    )
    world.around = Around(routes=Routes(routes=routes))
    world.pull("stripe", REFUSED)
    world.pull("shopify", VendorRefusedError("shopify: GET /x answered 401: no"))
    world.watch(shop, billing, rest)

    assert [n.title for n in shop.heard] == ["Shopify failed"]
    assert billing.heard == []
    assert len(rest.heard) == 2


def test_nobody_is_woken_by_a_warning_unless_the_routes_say_so() -> None:
    warning = finding("a", severity=Severity.WARNING)

    assert not Routes().leads(warning, "pagerduty", {})
    assert Routes().leads(warning, "slack", {})
    assert Routes(routes=(Route(channels=("pagerduty",)),)).leads(warning, "pagerduty", {})


def test_a_deaf_channel_is_stood_in_for_in_the_order_of_the_file(world: World) -> None:
    deaf, first, second = Ear("slack", deaf=True), Ear("email"), Ear("sentry")
    only = Routes(routes=(Route(channels=("slack",)),), fallback=("sentry", "email"))
    world.around = Around(routes=only)
    world.pull("stripe", REFUSED)
    world.watch(deaf, first, second)

    assert [n.title for n in second.heard] == ["Stripe failed", "Slack cannot be told of alerts"]
    assert "Slack could not be told of this" in second.heard[0].lines[-1]
    assert [n.title for n in first.heard] == ["Slack cannot be told of alerts"]


def test_the_file_of_routes_is_read_and_what_is_wrong_in_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text(
        'quiet: {from: "20:00", until: "06:00", zone: Europe/Berlin}\n'
        "routes:\n  - {at_least: critical, channels: [pagerduty]}\nfallback: [email]\n"
    )
    assert read_routes(path).names() == {"pagerduty", "email"}

    for wrong in ("routes: [{chanels: [slack]}]", "quiet: {from: x, until: y}", "[", "fallback: 3"):
        path.write_text(wrong)
        with pytest.raises(ConfigError, match="DAYBREAK_ROUTES"):
            read_routes(path)
    with pytest.raises(ConfigError, match="No such file"):
        read_routes(tmp_path / "nowhere.yaml")


def test_the_example_in_the_documents_is_a_file_of_routes(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "watch.md").read_text(encoding="utf-8")
    path = tmp_path / "routes.yaml"
    path.write_text(page.partition("```yaml\n")[2].partition("```")[0])

    assert {"pagerduty", "email", "teams", "slack", "sentry"} == read_routes(path).names()

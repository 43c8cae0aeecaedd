"""From JSON:API's envelopes to rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.pull import Record


def plain(record: Record) -> Record:
    """Put a record's attributes beside its id."""
    return {**record["attributes"], "id": record.get("id")}


def campaign(record: Record) -> Record:
    """Give a campaign with the ids of its messages."""
    return {**plain(record), "message_ids": _others(record, "campaign-messages")}


def event(record: Record, metrics: Mapping[str, Any]) -> Record:
    """Give an event with whose it is, what sort it is, and which mail it is about."""
    row, told = plain(record), record["attributes"].get("event_properties")
    said = told if isinstance(told, dict) else {}
    metric = metric_of(record)
    return {
        **row,
        "profile_id": _other(record, "profile"),
        "metric_id": metric,
        "metric_name": metrics.get(metric or ""),
        "message_id": said.get("$message"),
        "campaign_name": said.get("Campaign Name"),
        "subject": said.get("Subject"),
    }


def metric_of(record: Record) -> str | None:
    """Return the id of an event's metric."""
    return _other(record, "metric")


def metric_names(answer: Record) -> dict[str, Any]:
    """Return the names of the metrics that came along with a page of events."""
    included = answer.get("included")
    found = included if isinstance(included, list) else []
    return {
        str(one.get("id")): (one.get("attributes") or {}).get("name")
        for one in found
        if isinstance(one, dict) and one.get("type") == "metric"
    }


def membership(record: Record, kind: str, group: str) -> Record:
    """Give somebody's place on a list or in a segment."""
    joined = record["attributes"].get("joined_group_at")
    return {f"{kind}_id": group, "profile_id": record.get("id"), "joined_group_at": joined}


def ids(records: list[Record]) -> set[str]:
    """Return the ids of records; one without is quarantined elsewhere."""
    return {str(one["id"]) for one in records if isinstance(one, dict) and one.get("id")}


def _other(record: Record, name: str) -> str | None:
    data = _related(record, name)
    return data.get("id") if isinstance(data, dict) else None


def _others(record: Record, name: str) -> list[Any]:
    data = _related(record, name)
    found = data if isinstance(data, list) else []
    return [one.get("id") for one in found if isinstance(one, dict)]


def _related(record: Record, name: str) -> object:
    relation = (record.get("relationships") or {}).get(name) or {}
    return relation.get("data")

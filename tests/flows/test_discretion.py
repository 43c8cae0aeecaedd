"""Prefect's logs hold no secret, no person, and no traceback of what is expected."""

from __future__ import annotations

import logging

import pytest

from core.errors import VendorBusyError
from flows.discretion import Discretion


def told(caplog: pytest.LogCaptureFixture, error: Exception) -> str:
    logger = logging.getLogger("a flow run")
    logger.addFilter(Discretion())
    try:
        raise error
    except type(error):
        logger.exception("it ended: %r", error)
    return caplog.text


def test_an_expected_failure_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    text = told(caplog, VendorBusyError("shopify: GET /orders answered 503"))

    assert "answered 503" in text
    assert "Traceback" not in text


def test_a_fault_keeps_its_traceback_but_not_whom_it_quotes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = told(caplog, ValueError("no such row: ada@example.com, token=abc123def456abc123def456"))

    assert "Traceback" in text
    assert "no such row" in text
    assert "ada@" not in text
    assert "abc123def456" not in text

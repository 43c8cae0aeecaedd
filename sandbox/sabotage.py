"""Faults at work: between the socket and the vendor, what is scripted happens."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.faults import AFTER, BEFORE, INSTEAD, ROWS, Fault, Faults, tampering
from sandbox.http import Request, Response, Wire
from sandbox.vendor import Vendor

PAGE = "<!doctype html><title>Just a moment</title><h1>We will be back soon</h1>"


@dataclass(frozen=True, slots=True)
class Saboteur:
    """Answers for a vendor, for better or worse.

    ``happen`` applies a happening given as JSON; ``closing`` ends every wait when it is set.
    """

    faults: Faults
    happen: Callable[[dict[str, Any]], None]
    closing: threading.Event

    def answer(self, vendor: Vendor, request: Request) -> Response:
        """Give the vendor's answer as the faults in force leave it."""
        striking = self.faults.striking(vendor.name, request)
        if not striking:
            return vendor(request)
        for fault in striking:
            if fault.do in BEFORE:
                self._before(fault, vendor)
        instead = next((fault for fault in striking if fault.do in INSTEAD), None)
        if instead is not None:
            return _instead(instead, vendor)
        with tampering([fault for fault in striking if fault.do in ROWS]):
            response = vendor(request)
        for fault in striking:
            if fault.do in AFTER:
                response = _after(fault, response)
        return response

    def _before(self, fault: Fault, vendor: Vendor) -> None:
        if fault.do == "delay":
            self.closing.wait(1.0 if fault.seconds is None else fault.seconds)
        elif fault.do == "expire_tokens":
            vendor.expire_tokens()
        for happening in fault.happenings:
            self.happen(happening)


def _instead(fault: Fault, vendor: Vendor) -> Response:
    match fault.do:
        case "status" if not fault.html:
            return vendor.refuse(fault.status or 500, "scripted fault", fault.retry_after)
        case "status" | "html":
            standard = 500 if fault.do == "status" else 200
            return Response(fault.status or standard, PAGE, {"Content-Type": "text/html"})
        case "empty":
            return Response(fault.status or 200)
        case "reset":
            return Response(wire=Wire("reset"))
        case _:
            return Response(wire=Wire("silence", _patience(fault)))


def _after(fault: Fault, response: Response) -> Response:
    whole = response.payload()
    kept = whole[: int(len(whole) * fault.keep)]
    match fault.do:
        case "cut":
            return replace(response, body=kept, wire=Wire("cut", promise=len(whole)))
        case "invalid":
            return replace(response, body=kept)
        case "drip":
            return replace(response, wire=Wire("drip", _patience(fault), fault.every))
        case _:
            return replace(response, wire=Wire("silence", _patience(fault)))


def _patience(fault: Fault) -> float:
    return 30.0 if fault.seconds is None else fault.seconds

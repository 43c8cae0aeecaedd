"""What Zendesk's records have in common: 15-digit ids, addresses, times to the second."""

from datetime import datetime
from typing import Any

from sandbox.clock import EPOCH
from sandbox.names import number

Body = dict[str, Any]
SUBDOMAIN = "daybreak-sandbox"
HOME = f"https://{SUBDOMAIN}.zendesk.com/api/v2"
AGENT_ID = number("user", "the agent whose token this is")
AGENT: Body = {"id": AGENT_ID, "name": "Dawn Agent"}
BRAND, FORM, GROUP = (number(name, "the only one") for name in ("brand", "form", "group"))


def ident(kind: str, key: str) -> int:
    """Give Zendesk's id of a thing of the world."""
    return number(kind, key)


def epoch(at: datetime) -> int:
    """Give whole seconds since 1970, as ``generated_timestamp`` has them."""
    return int((at - EPOCH).total_seconds())

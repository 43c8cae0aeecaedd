"""What happens in a sales CRM beside contacts, companies and deals: leads, cases, tasks, mailings.

Contacts, companies and deals are those of `sandbox.happenings.marketing`: a firm that keeps a sales
CRM beside its marketing tool has the same people in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sandbox.happenings.base import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadJoined(Happening):
    """Somebody who may buy one day. ``source``: where the lead came from; often missing.

    ``status``: new, working, nurturing, qualified or unqualified.
    """

    system: ClassVar[str] = "crm"
    dealt_by: ClassVar[str] = "key"
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    company_name: str = ""
    job_title: str = ""
    source: str = ""
    status: str = "new"
    owner: str = ""
    opted_out: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEdited(Happening):
    """``changes`` by the field names of `LeadJoined`."""

    system: ClassVar[str] = "crm"
    edits: ClassVar[type[Happening] | None] = LeadJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadConverted(Happening):
    """The lead is a contact now; ``contact``, ``company`` and ``deal`` are keys, made before."""

    system: ClassVar[str] = "crm"
    contact: str
    company: str | None = None
    deal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDeleted(Happening):
    """In the bin, where the CRM has one; else gone."""

    system: ClassVar[str] = "crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRestored(Happening):
    """Back from the bin."""

    system: ClassVar[str] = "crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Happening):
    """A contact needs something. ``status``: new, working, escalated or closed.

    ``contact`` and ``company`` are keys; ``priority``: low, medium or high; ``origin``: email,
    phone or web.
    """

    system: ClassVar[str] = "crm"
    dealt_by: ClassVar[str] = "contact"
    contact: str | None = None
    company: str | None = None
    subject: str = ""
    description: str = ""
    status: str = "new"
    priority: str = "medium"
    origin: str = "email"
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUpdated(Happening):
    """``changes`` by the field names of `CaseOpened`; closing one is a change of its status."""

    system: ClassVar[str] = "crm"
    edits: ClassVar[type[Happening] | None] = CaseOpened
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeleted(Happening):
    """In the bin, where the CRM has one; else gone."""

    system: ClassVar[str] = "crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlanned(Happening):
    """Something to do for a contact: ``kind`` is call, email, meeting or todo."""

    system: ClassVar[str] = "crm"
    dealt_by: ClassVar[str] = "contact"
    contact: str | None = None
    company: str | None = None
    deal: str | None = None
    subject: str = ""
    kind: str = "todo"
    status: str = "open"
    due_at: datetime | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdated(Happening):
    """``changes`` by the field names of `TaskPlanned`; status open or done."""

    system: ClassVar[str] = "crm"
    edits: ClassVar[type[Happening] | None] = TaskPlanned
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeleted(Happening):
    """In the bin, where the CRM has one; else gone."""

    system: ClassVar[str] = "crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStarted(Happening):
    """A campaign that contacts and leads may be members of."""

    system: ClassVar[str] = "crm"
    name: str
    kind: str = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMembered(Happening):
    """``key`` is the membership's own; a contact or a lead is a member of ``campaign``.

    ``status``: sent or responded.
    """

    system: ClassVar[str] = "crm"
    dealt_by: ClassVar[str] = "contact"
    campaign: str
    contact: str | None = None
    lead: str | None = None
    status: str = "sent"

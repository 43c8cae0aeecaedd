"""What happens in the marketing CRM: contacts, companies, deals, lists, mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from sandbox.happenings.base import Address, Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactJoined(Happening):
    """A contact. ``lifecycle``: subscriber, lead, marketingqualifiedlead, opportunity, customer.

    ``source``: where the lead came from, as the CRM names it; often missing.
    ``properties``: further fields of the CRM, as strings (ids of other systems live here).
    """

    system: ClassVar[str] = "marketing"
    dealt_by: ClassVar[str] = "key"
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address: Address | None = None
    company: str | None = None
    company_name: str = ""
    job_title: str = ""
    born: date | None = None
    lifecycle: str = "lead"
    source: str = ""
    opted_out: bool = False
    other_emails: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEdited(Happening):
    """``changes`` by the field names of `ContactJoined`."""

    system: ClassVar[str] = "marketing"
    edits: ClassVar[type[Happening] | None] = ContactJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactArchived(Happening):
    """In the bin; may come back."""

    system: ClassVar[str] = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRestored(Happening):
    """Back from the bin."""

    system: ClassVar[str] = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactErased(Happening):
    """Erased for privacy: nothing is left."""

    system: ClassVar[str] = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsMerged(Happening):
    """``key`` is the winner; the loser's id lives on as one of the winner's merged ids."""

    system: ClassVar[str] = "marketing"
    loser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyJoined(Happening):
    """A company as the CRM knows it."""

    system: ClassVar[str] = "marketing"
    name: str
    domain: str = ""
    phone: str = ""
    industry: str = ""
    employees: int | None = None
    address: Address | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyEdited(Happening):
    """``changes`` by the field names of `CompanyJoined`."""

    system: ClassVar[str] = "marketing"
    edits: ClassVar[type[Happening] | None] = CompanyJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyArchived(Happening):
    """In the bin."""

    system: ClassVar[str] = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealOpened(Happening):
    """A deal. ``stage``: appointmentscheduled, qualifiedtobuy, contractsent, closedwon, closedlost.

    ``amount`` in minor units, None when nobody knows; ``contacts`` and ``company`` are keys.
    """

    system: ClassVar[str] = "marketing"
    dealt_by: ClassVar[str] = "contacts"
    in_one_system: ClassVar[bool] = True
    name: str
    stage: str = "appointmentscheduled"
    pipeline: str = "default"
    amount: int | None = None
    currency: str = "EUR"
    contacts: tuple[str, ...] = ()
    company: str | None = None
    owner: str = ""
    close_at: datetime | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DealMoved(Happening):
    """``changes`` by the field names of `DealOpened`; usually the stage."""

    system: ClassVar[str] = "marketing"
    edits: ClassVar[type[Happening] | None] = DealOpened
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealArchived(Happening):
    """In the bin."""

    system: ClassVar[str] = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCreated(Happening):
    """A list of contacts, kept by hand or by a rule (``dynamic``)."""

    system: ClassVar[str] = "marketing"
    name: str
    dynamic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJoined(Happening):
    """``key`` is the list; ``contact`` joins it. The contact itself does not change."""

    system: ClassVar[str] = "marketing"
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLeft(Happening):
    """``key`` is the list; ``contact`` leaves it."""

    system: ClassVar[str] = "marketing"
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEvent(Happening):
    """What became of one mail.

    ``kind``: sent, delivered, open, click, bounce, unsubscribe or spamreport.
    """

    system: ClassVar[str] = "marketing"
    dealt_by: ClassVar[str] = "contact"
    in_one_system: ClassVar[bool] = True
    kind: str
    email: str
    campaign: str
    contact: str | None = None
    subject: str = ""
    url: str = ""

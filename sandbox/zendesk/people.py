"""Users, their identities, and organizations, as Zendesk shows them."""

from sandbox.clock import iso
from sandbox.happenings import OrganisationJoined, UserJoined
from sandbox.zendesk.parts import HOME, Body, ident

LOCALES = {"en": 1, "de": 8, "fr": 16, "es": 2, "ja": 67, "pt": 19}


def user(fact: UserJoined) -> Body:
    """Give a user."""
    found, at = ident("user", fact.key), iso(fact.at)
    return {
        "id": found,
        "url": f"{HOME}/users/{found}.json",
        "created_at": at,
        "updated_at": at,
        **user_fields(fact),
        "active": True,
        "alias": None,
        "custom_role_id": None,
        "default_group_id": None,
        "details": None,
        "last_login_at": None,
        "moderator": fact.role != "end-user",
        "only_private_comments": False,
        "photo": None,
        "report_csv": False,
        "restricted_agent": fact.role == "end-user",
        "role_type": None,
        "shared": False,
        "shared_agent": False,
        "shared_phone_number": None,
        "signature": None,
        "ticket_restriction": "requested" if fact.role == "end-user" else None,
        "two_factor_auth_enabled": None,
        "verified": False,
    }


def user_fields(fact: UserJoined) -> Body:
    """Give the fields of a user that the world knows of."""
    own = dict(fact.fields)
    language = (fact.locale or "en").split("-")[0]
    return {
        "email": fact.email or None,
        "external_id": fact.external_id,
        "iana_time_zone": fact.time_zone or "Etc/UTC",
        "locale": fact.locale or "en-US",
        "locale_id": LOCALES.get(language, 1),
        "name": fact.name,
        "notes": fact.notes or None,
        "organization_id": ident("organization", fact.organisation) if fact.organisation else None,
        "phone": fact.phone or None,
        "role": fact.role,
        "suspended": bool(own.pop("suspended", False)),
        "tags": list(fact.tags),
        "time_zone": fact.time_zone or "UTC",
        "user_fields": own,
    }


# What each field of `UserJoined` is called here; some are told twice.
USER_NAMES = {
    "organisation": ("organization_id",),
    "locale": ("locale", "locale_id"),
    "time_zone": ("time_zone", "iana_time_zone"),
    "fields": ("user_fields", "suspended"),
    "other_emails": (),
}


def identities(body: Body, others: list[str]) -> list[Body]:
    """Give the addresses a user is known by: the e-mail first, then others, then the phone."""
    emails = [one for one in [body["email"], *others] if one]
    known = [("email", one) for one in emails]
    if body["phone"]:
        known.append(("phone_number", body["phone"]))
    return [_identity(body, kind, value, index == 0) for index, (kind, value) in enumerate(known)]


def _identity(body: Body, kind: str, value: str, is_primary: bool) -> Body:  # noqa: FBT001 - a field of the record
    found = ident("identity", f"{body['id']}:{kind}:{value}")
    return {
        "id": found,
        "url": f"{HOME}/users/{body['id']}/identities/{found}.json",
        "created_at": body["created_at"],
        "primary": is_primary,
        "type": kind,
        "updated_at": body["updated_at"],
        "user_id": body["id"],
        "value": value,
        "verified": False,
    }


def organization(fact: OrganisationJoined) -> Body:
    """Give an organization."""
    found, at = ident("organization", fact.key), iso(fact.at)
    return {
        "id": found,
        "url": f"{HOME}/organizations/{found}.json",
        "created_at": at,
        "updated_at": at,
        **organization_fields(fact),
        "details": None,
        "group_id": None,
        "organization_fields": {},
        "shared_comments": False,
        "shared_tickets": False,
    }


def organization_fields(fact: OrganisationJoined) -> Body:
    """Give the fields of an organization that the world knows of."""
    return {
        "domain_names": list(fact.domains),
        "external_id": fact.external_id,
        "name": fact.name,
        "notes": fact.notes or None,
        "tags": list(fact.tags),
    }


ORGANIZATION_NAMES = {"domains": ("domain_names",)}

"""What the CRM writes of a contact and a company; and the mapping that explains it."""

from collections.abc import Mapping
from typing import Any

from sandbox.clock import moment
from sandbox.happenings import CompanyJoined, ContactJoined
from sandbox.happenings.base import Address
from sandbox.names import number

Body = dict[str, Any]
COMPANIES = ("id", "title", "domain", "telephone", "industry", "staff", "changed")
CONTACTS = (
    *("id", "first", "last", "mail", "phone", "company", "job", "street", "zip", "city"),
    *("country", "no_mail", "merged_into", "changed", "dead"),
)
MAPPING = """\
system: oldcrm
feeds:
  contacts:
    from: contacts
    table: people
    key: id
    updated: changed
    deleted: dead
    columns:
      first_name: first
      last_name: last
      email: mail
      phone: phone
      company: company
      job_title: job
      street: street
      postcode: zip
      city: city
      country: country
      email_consent: {column: no_mail, values: {"1": opted_out, "0": ""}}
      merged_into: merged_into
  companies:
    from: companies
    table: companies
    key: id
    updated: changed
    columns: {name: title, domain: domain, phone: telephone, industry: industry, employees: staff}
"""
# What each field of `ContactJoined` and `CompanyJoined` is called here.
CONTACT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("first",),
    "last_name": ("last",),
    "email": ("mail",),
    "phone": ("phone",),
    "company_name": ("company",),
    "job_title": ("job",),
    "address": ("street", "zip", "city", "country"),
    "opted_out": ("no_mail",),
}
COMPANY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("title",),
    "domain": ("domain",),
    "phone": ("telephone",),
    "industry": ("industry",),
    "employees": ("staff",),
}


def ident(table: str, key: str) -> str:
    """Give the id of a record, after the name of the system that the mapping gives the CRM."""
    return f"oldcrm:{number(f'oldcrm {table}', key, 7)}"


def contact(fact: ContactJoined) -> Body:
    """Give the columns of a contact."""
    lives = fact.address or Address()
    return {
        "first": fact.first_name or None,
        "last": fact.last_name or None,
        "mail": fact.email or None,
        "phone": fact.phone or None,
        "company": fact.company_name or None,
        "job": fact.job_title or None,
        "street": f"{lives.line1} {lives.line2}".strip() or None,
        "zip": lives.postcode or None,
        "city": lives.city or None,
        "country": lives.country or None,
        "no_mail": int(fact.opted_out),
    }


def company(fact: CompanyJoined) -> Body:
    """Give the columns of a company."""
    return {
        "title": fact.name,
        "domain": fact.domain or None,
        "telephone": fact.phone or None,
        "industry": fact.industry or None,
        "staff": fact.employees,
    }


def told(made: Body, changes: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> Body:
    """Give of all columns those that were told of."""
    return {name: made[name] for one in changes for name in names.get(one, ())}


def stamp(at: int) -> str:
    """Write a moment, in ms, as the CRM does."""
    return f"{moment(at):%Y-%m-%d %H:%M:%S}"

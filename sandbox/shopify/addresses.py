"""Postal addresses of customers and orders."""

from typing import Any

from sandbox.happenings import Address
from sandbox.http import Json

Facts = dict[str, Any]
COUNTRIES = {
    "AE": "United Arab Emirates",
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EG": "Egypt",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "IE": "Ireland",
    "IL": "Israel",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "KW": "Kuwait",
    "MX": "Mexico",
    "NL": "Netherlands",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RU": "Russia",
    "SE": "Sweden",
    "TR": "Türkiye",
    "UA": "Ukraine",
    "US": "United States",
}


def facts_of(address: Address | None) -> Facts | None:
    """Give what is kept of an address."""
    if address is None:
        return None
    return {
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
        "country": address.country,
    }


def person(facts: Facts) -> Facts:
    """Give the part of a customer or an order that is written above its address."""
    return {name: facts[name] for name in ("first_name", "last_name", "phone")}


def _name(facts: Facts, *_: Json) -> str | None:
    return f"{facts['first_name']} {facts['last_name']}".strip() or None


def _formatted(facts: Facts, _: Json, args: Facts) -> list[str]:
    town = f"{facts['postcode']} {facts['city']}".strip()
    country = COUNTRIES.get(facts["country"], facts["country"])
    name = _name(facts) if args["withName"] else ""
    company = facts.get("company") if args["withCompany"] else ""
    lines = (name, company, facts["line1"], facts["line2"], town, country)
    return [line for line in lines if line]


FIELDS: dict[str, dict[str, Any]] = {
    "MailingAddress": {
        "address1": lambda f, _: f["line1"] or None,
        "address2": lambda f, _: f["line2"] or None,
        "city": lambda f, _: f["city"] or None,
        "company": lambda f, _: f.get("company") or None,
        "coordinatesValidated": lambda *_: False,
        "country": lambda f, _: COUNTRIES.get(f["country"], f["country"]) or None,
        "countryCode": lambda f, _: f["country"] or None,
        "countryCodeV2": lambda f, _: f["country"] or None,
        "firstName": lambda f, _: f["first_name"] or None,
        "formatted": _formatted,
        "id": lambda f, _: f"gid://shopify/MailingAddress/{f['id']}?model_name={f['kind']}",
        "lastName": lambda f, _: f["last_name"] or None,
        "name": _name,
        "phone": lambda f, _: f["phone"] or None,
        "province": lambda f, _: f["region"] or None,
        "provinceCode": lambda f, _: f["region"] or None,
        "zip": lambda f, _: f["postcode"] or None,
    },
}

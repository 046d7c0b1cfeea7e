"""Guessing what columns mean, and what a file is, from its headers. Pure."""

import hashlib
import re
from collections.abc import Sequence

from accounts.choices import ImportKind
from accounts.imports.fields import FIELDS

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VENDOR = re.compile(r"^(?:6sense|hubspot|salesforce|sfdc|crm|hs)\s+")
_UNIT_HINT = re.compile(
    (
        r"\(?\s*(?:in\s+)?(?:(000s|000|thousands?|k)|(millions?|mio|mm|m)|(billions?"
        r"|bn))\b\s*(?:of\s+)?(?:usd|eur|us\$|\$|€)?\s*\)?"
    ),
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(
    (
        r"\((?:in\s+)?(?:000s?|thousands?|millions?|billions?|mio|usd|eur|gbp|us\$|\$|€"
        r"|legacy)?\s*(?:of\s+)?(?:usd|eur|gbp|us\$|\$|€)?\)"
    ),
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[^0-9a-z\u00df-\uffff]+")
_TAIL_UNIT = re.compile(r"\s+(?:usd|eur|gbp|in usd|in eur)$")


def normalise(header: str) -> str:
    """`BillingCountry`, `Billing Country`, `billing_country` → `billing country`; units and makers' prefixes go."""
    text = _PARENTHESIS.sub(" ", header.replace("\ufeff", "")).replace("#", " no of ")
    text = _NOT_WORD.sub(" ", _CAMEL.sub(" ", text).lower()).strip()
    return _TAIL_UNIT.sub("", _VENDOR.sub("", " ".join(text.split())))


def guess_mapping(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """{column header: field key}. Each column and each field at most once; no guess where nothing fits.

    The surest header of a field wins over a less sure one, and a sure match over another field's weaker claim.
    """
    claims: list[tuple[int, int, str, str]] = []
    names = {header: {normalise(header), normalise(header).replace(" ", "")} for header in headers}
    for field in FIELDS[kind]:
        for rank, wanted in enumerate(field.headers):
            forms = {wanted, wanted.replace(" ", "")}
            claims += [
                (rank, index, header, field.key) for index, header in enumerate(headers) if names[header] & forms
            ]
    found: dict[str, str] = {}
    for _, _, header, key in sorted(claims):
        if header not in found and key not in found.values():
            found[header] = key
    return _sensible(kind, headers, found)


def _sensible(kind: str, headers: Sequence[str], found: dict[str, str]) -> dict[str, str]:
    """Take back what only looked right; keep the file's order."""
    keys = set(found.values())
    if kind == ImportKind.CONTACTS and "name" in keys and {"first_name", "last_name"} <= keys:
        found = {header: key for header, key in found.items() if key != "name"}
    if kind == ImportKind.OPPORTUNITIES and "account_id" in keys and "external_id" in keys:
        by_key = {key: header for header, key in found.items()}
        if normalise(by_key["external_id"]) == normalise(by_key["account_id"]):
            del found[by_key["account_id"]]
    return {header: found[header] for header in headers if header in found}


#: Headers that only one kind of file has; normalised.
_TELLING = {
    ImportKind.OPPORTUNITIES: frozenset(
        (
            "stage name|deal stage|deal name|opportunity id|potential name|close date|closing date|sales stage"
            "|est revenue"
            "|deal title|deal value|close value|opportunity name|amount|engage date|deal status"
        ).split("|")
    ),
    ImportKind.CONTACTS: frozenset(
        "first name|last name|firstname|lastname|job title|email|contact id|contactid|seniority|email address".split(
            "|"
        )
    ),
    ImportKind.SIGNALS: frozenset(
        (
            "signal|signal type|occurred at|occurred on|visitor id|activity type|event type|intent topic|page url"
            "|signal kind"
        ).split("|")
    ),
}


def guess_kind(headers: Sequence[str]) -> str:
    """What the file most likely holds; deals and people also name companies, so they are asked first."""
    names = {normalise(header) for header in headers}
    for kind, least in ((ImportKind.SIGNALS, 2), (ImportKind.OPPORTUNITIES, 2), (ImportKind.CONTACTS, 2)):
        if len(names & _TELLING[kind]) >= least:
            return kind
    return ImportKind.ACCOUNTS


def unit_in(header: str) -> str:
    """`Revenue (in 000s USD)` → `thousands`; '' when the header says nothing."""
    found = re.search(r"\((.*)\)|\bin\s+(.*)$", header)
    hint = _UNIT_HINT.search(found.group(0)) if found else None
    if hint is None:
        return ""
    return "thousands" if hint.group(1) else "millions" if hint.group(2) else "billions"


def fingerprint(headers: Sequence[str]) -> str:
    """The set of headers, as the key under which a mapping is remembered."""
    return hashlib.sha256("\x1f".join(sorted(headers)).encode()).hexdigest()

"""Guessing what columns mean, and what a file is, from its headers. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from accounts.choices import ImportKind
from accounts.imports.fields import FIELDS

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VENDOR = re.compile(r"^(?:6sense|hubspot|salesforce|sfdc|crm|hs|apollo|zoho|mkto|netsuite)\s+")
_THOUSANDS = r"000['’]?s?|thousands?|tsd|tausend|milliers|miles|teur|tusd|tchf|k(?:eur|usd|chf|gbp)|[kt][€$£]|[€$£]k"
_MILLIONS = r"millions?|millionen|millones|mio|mln|mm|m(?:eur|usd|chf|gbp)|m[€$£]|[€$£]m"
_BILLIONS = r"billions?|bn|mrd|milliarden|milliards?|bn[€$£]|[€$£]bn"
_MONEY = r"usd|eur|gbp|chf|us\$|dollars?|euros?|[$€£]"
_OF_UNITS = rf"(?P<k>{_THOUSANDS}%s)|(?P<m>{_MILLIONS}%s)|(?P<b>{_BILLIONS}%s)"
#: `(in 000s USD)`, `(k)`: in brackets one letter is enough.
_IN_BRACKETS = re.compile(
    rf"[(\[]\s*(?:(?:in|en)\s+)?[$€£]?(?:(?:{_OF_UNITS % ('|k', '|m', '|b')})\b\.?\s*)?(?:of\s+|de\s+)?"
    rf"(?:{_MONEY}|legacy|currency)?\s*[)\]]",
    re.IGNORECASE,
)
#: `Umsatz in Mio. EUR`, `Umsatz TEUR`: at the end.
_AT_END = re.compile(
    rf"[\s,_]+(?:(?:in|en)\s+)?(?:{_OF_UNITS % ('', '', '')})\.?(?:[\s_]*(?:de\s+|of\s+)?(?:{_MONEY}))?\s*$",
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_TAIL_MONEY = re.compile(rf"\s+(?:in\s+|en\s+)?(?:{_MONEY})$")
#: Words around what a column is: whose it is, and what kind of number; taken off where nothing else fits.
_BEFORE = frozenset(
    "custom cf c field primary main hq headquarter headquarters billing company account organization organisation org"
    " customer business corporate firm address 1 total current work contact person lead prospect deal opportunity opp"
    " professional firmographic enriched estimated".split()
)
_AFTER = frozenset("c custom text value label legacy 1 total range band currency number bucket amount".split())
#: Fields that are found under such wrappings; a name or an id must be called by its own.
_WRAPPED = frozenset(
    "domain website industry employees revenue country region city year_founded technologies email phone title"
    " seniority department stage amount opened_on closed_on".split()
)
#: Words that mean a field only where they stand alone.
_VAGUE = frozenset("size location web url land function position role level service bereich funktion".split())
#: Files of other things: their `Name`, `Type` and `Status` are no company's.
_OTHER_THINGS = re.compile(
    r"^(?:campaign|task|call|event|product|territory|meeting|list price|sku|ticket|invoice line)\b"
)
_OF_COMPANIES = frozenset({"domain", "website", "employees", "revenue", "industry", "country", "city", "parent_id"})


#: Claims of wrapped names come behind all others.
_LATER = 1_000


def normalise(header: str) -> str:
    """`BillingCountry`, `Billing Country`, `billing_country` → `billing country`; units, accents, makers' names go."""
    text = _IN_BRACKETS.sub(" ", header.replace("\ufeff", "")).replace("#", " no of ")
    text = _AT_END.sub(" ", text)
    text = _CAMEL.sub(" ", text).lower().replace("ß", "ss")
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    text = " ".join(_NOT_WORD.sub(" ", text).split())
    return _TAIL_MONEY.sub("", _VENDOR.sub("", text))


def _bare(name: str) -> str:
    """`billing address country` → `country`; at least one word stays."""
    words = name.split()
    while len(words) > 1 and words[-1] in _AFTER:
        words.pop()
    while len(words) > 1 and words[0] in _BEFORE:
        words.pop(0)
    return " ".join(words)


def guess_mapping(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """{column header: field key}. Each column and each field at most once; no guess where nothing fits.

    The surest header of a field wins over a less sure one, and a sure match over another field's weaker claim.
    """
    names = {header: normalise(header) for header in headers}
    by_form: dict[str, list[tuple[int, str]]] = {}
    for field in FIELDS[kind]:
        for rank, wanted in enumerate(field.headers):
            for form in {wanted, wanted.replace(" ", "")}:
                by_form.setdefault(form, []).append((rank, field.key))
    claims: list[tuple[int, int, str, str]] = []
    for index, header in enumerate(headers):
        name = names[header]
        for form in {name, name.replace(" ", "")}:
            claims += [(rank, index, header, key) for rank, key in by_form.get(form, ())]
        if (bare := _bare(name)) != name and bare not in _VAGUE:
            found_bare = by_form.get(bare, ())
            claims += [(rank + _LATER, index, header, key) for rank, key in found_bare if key in _WRAPPED]
    found: dict[str, str] = {}
    for _, _, header, key in sorted(claims):
        if header not in found and key not in found.values():
            found[header] = key
    return _sensible(kind, headers, found)


def _sensible(kind: str, headers: Sequence[str], found: dict[str, str]) -> dict[str, str]:
    """Take back what only looked right; keep the file's order."""
    keys = set(found.values())
    if kind == ImportKind.ACCOUNTS and guess_kind(headers) == ImportKind.OPPORTUNITIES:
        found = {header: key for header, key in found.items() if key != "revenue" or "annual" in normalise(header)}
    if kind == ImportKind.ACCOUNTS and not keys & _OF_COMPANIES:
        found = _without_other_things(found, headers)
    if kind == ImportKind.CONTACTS and "name" in keys and {"first_name", "last_name"} <= keys:
        found = {header: key for header, key in found.items() if key != "name"}
    if kind == ImportKind.OPPORTUNITIES and "account_id" in keys and "external_id" in keys:
        by_key = {key: header for header, key in found.items()}
        if normalise(by_key["external_id"]) == normalise(by_key["account_id"]):
            del found[by_key["account_id"]]
    return {header: found[header] for header in headers if header in found}


def _without_other_things(found: dict[str, str], headers: Sequence[str]) -> dict[str, str]:
    """In a list of campaigns or products the general words mean those."""
    if not any(_OTHER_THINGS.match(normalise(header)) for header in headers):
        return found
    general = {"name", "type", "status", "description", "id", "owner", "parent"}
    return {header: key for header, key in found.items() if normalise(header) not in general}


#: Headers that only one kind of file has; normalised.
_TELLING = {
    ImportKind.OPPORTUNITIES: frozenset(
        (
            "stage name|deal stage|deal name|opportunity id|potential name|close date|closing date|sales stage"
            "|est revenue|deal title|deal value|close value|opportunity name|amount|engage date|deal status|opportunity"
            "|deal|stage|probability|expected close date|is won|is closed|verkaufschance|auftragswert|abschlussdatum"
            "|verkaufsphase|nom de l affaire|affaire|etape|montant|date de cloture|nombre de la oportunidad|oportunidad"
            "|etapa|importe|fecha de cierre|deal size|projected close date|projected total|opportunity number"
            "|name der verkaufschance"
        ).split("|")
    ),
    ImportKind.CONTACTS: frozenset(
        (
            "first name|last name|firstname|lastname|job title|email|contact id|contactid|seniority|email address"
            "|salutation|vorname|nachname|anrede|e mail adresse|prenom|nom|nom de famille|fonction|apellidos|apellido"
            "|correo electronico|puesto|cargo|contact name|full name|e mail|ansprechpartner|job role|nombre completo"
        ).split("|")
    ),
    ImportKind.SIGNALS: frozenset(
        (
            "signal|signal type|occurred at|occurred on|visitor id|activity type|event type|intent topic|page url"
            "|signal kind|visit date|visited at|intent score|visitor domain|page views|event date|surge score|event"
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
    for hint in (*_IN_BRACKETS.finditer(header), *_AT_END.finditer(header)):
        said = {name[0] for name, text in hint.groupdict().items() if text}
        if said:
            return {"k": "thousands", "m": "millions", "b": "billions"}[said.pop()]
    return ""


def fingerprint(headers: Sequence[str]) -> str:
    """The set of headers, as the key under which a mapping is remembered."""
    return hashlib.sha256("\x1f".join(sorted(headers)).encode()).hexdigest()

"""What a column can mean, per kind, and the headers under which real exports hide it.

A new import field: add a line here (long lists of headers stand in `header_names.py`), its staged column in
`parsing.COLUMNS` (and a rule there where it is more than text), and the column that it writes in `targets.WRITES`.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.choices import AttributeKind, ImportKind
from accounts.imports import header_names as names
from accounts.models import CustomAttribute


class Type(StrEnum):
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    NUMBER = "number"
    DATE = "date"
    YEAR = "year"
    TRUTH = "truth"
    LIST = "list"


@dataclass(frozen=True)
class Field:
    """`headers` are normalised header texts, the surest first; `length` cuts nothing: longer text is an error."""

    key: str
    label: str
    headers: tuple[str, ...]
    type: Type = Type.TEXT
    length: int = 255


def _f(key: str, label: str, headers: str, type_: Type = Type.TEXT, length: int = 255) -> Field:
    return Field(key, label, tuple(text.strip() for text in headers.split("|")), type_, length)


ACCOUNT_FIELDS = (
    _f("name", "Account name", f"{names.ACCOUNT_NAME}|name|legal name"),
    _f("domain", "Domain", names.DOMAIN),
    _f("website", "Website", names.WEBSITE, length=500),
    _f("external_id", "Id in the source", f"{names.ACCOUNT_EXTERNAL_ID}|{names.ACCOUNT_ID}", length=120),
    _f("industry", "Industry", names.ACCOUNT_INDUSTRY, length=120),
    _f("employees", "Employees", names.ACCOUNT_EMPLOYEES, Type.COUNT),
    _f("revenue", "Revenue a year", names.ACCOUNT_REVENUE, Type.MONEY),
    _f("country", "Country", names.ACCOUNT_COUNTRY, length=80),
    _f("region", "State or region", names.ACCOUNT_REGION, length=80),
    _f("city", "City", names.ACCOUNT_CITY, length=120),
    _f("year_founded", "Year founded", names.ACCOUNT_YEAR_FOUNDED, Type.YEAR),
    _f("parent_id", "Parent's id in the source", names.ACCOUNT_PARENT_ID, length=120),
    _f("parent_name", "Parent's name", names.ACCOUNT_PARENT_NAME),
    _f("tier", "Tier that your team uses", "abm tier|account tier|target tier|tal tier|abx tier|tier", length=80),
    _f("tier_since", "Tier since", "tier since|in tier since|abm tier since|tier date|tier start date", Type.DATE),
    _f("owner", "Owner", names.OWNER, length=160),
    _f("owner_email", "Owner's e-mail", "owner email|account owner email|company owner email|rep email", length=254),
    _f("status", "Customer or prospect", names.ACCOUNT_STATUS, length=80),
    _f("potential", "Potential a year", names.ACCOUNT_POTENTIAL, Type.MONEY),
    _f("technologies", "Technologies", names.ACCOUNT_TECHNOLOGIES, Type.LIST, 60),
    _f("description", "Description", names.ACCOUNT_DESCRIPTION, length=20_000),
)

CONTACT_FIELDS = (
    _f("external_id", "Id in the source", names.CONTACT_EXTERNAL_ID, length=120),
    _f("name", "Full name", names.CONTACT_NAME, length=200),
    _f("first_name", "First name", names.CONTACT_FIRST_NAME, length=100),
    _f("last_name", "Last name", names.CONTACT_LAST_NAME, length=100),
    _f("email", "E-mail", names.EMAIL, length=254),
    _f("phone", "Phone", names.CONTACT_PHONE, length=60),
    _f("title", "Job title", names.CONTACT_TITLE, length=200),
    _f("seniority", "Seniority", names.CONTACT_SENIORITY, length=80),
    _f("department", "Department", names.CONTACT_DEPARTMENT, length=120),
    _f("account_id", "Account's id in the source", names.ACCOUNT_ID, length=120),
    _f("account_name", "Account's name", names.ACCOUNT_NAME),
    _f("account_domain", "Account's domain or website", f"{names.DOMAIN}|{names.WEBSITE}", length=500),
)

OPPORTUNITY_FIELDS = (
    _f("external_id", "Id in the source", names.OPPORTUNITY_EXTERNAL_ID, length=120),
    _f("name", "Deal's name", names.OPPORTUNITY_NAME, length=255),
    _f("account_id", "Account's id in the source", names.ACCOUNT_ID, length=120),
    _f("account_name", "Account's name", names.ACCOUNT_NAME),
    _f(
        "account_domain",
        "Account's domain or website",
        f"{names.DOMAIN}|{names.WEBSITE}|organization domain",
        length=500,
    ),
    _f("owner", "Owner", names.OPPORTUNITY_OWNER, length=160),
    _f("owner_email", "Owner's e-mail", "owner email|deal owner email|opportunity owner email|rep email", length=254),
    _f("type", "Type", names.OPPORTUNITY_TYPE, length=80),
    _f("stage", "Stage", names.OPPORTUNITY_STAGE, length=80),
    _f("outcome", "Outcome", names.OPPORTUNITY_OUTCOME, length=80),
    _f("is_closed", "Is closed", "isclosed|is closed|closed", Type.TRUTH),
    _f("is_won", "Is won", "iswon|is won|won|is closed won", Type.TRUTH),
    _f("amount", "Amount", names.OPPORTUNITY_AMOUNT, Type.MONEY),
    _f("opened_on", "Opened on", names.OPPORTUNITY_OPENED_ON, Type.DATE),
    _f("closed_on", "Closed on", names.OPPORTUNITY_CLOSED_ON, Type.DATE),
    _f("product", "Product", names.OPPORTUNITY_PRODUCT, length=160),
)

SIGNAL_FIELDS = (
    _f("kind", "What happened", names.SIGNAL_KIND, length=80),
    _f("occurred_at", "When", names.SIGNAL_OCCURRED_AT, Type.DATE),
    _f("external_id", "Id in the source", names.SIGNAL_EXTERNAL_ID, length=120),
    _f("account_id", "Account's id in the source", names.ACCOUNT_ID, length=120),
    _f("account_name", "Account's name", f"{names.ACCOUNT_NAME}|6sense company name"),
    _f("account_domain", "Account's domain or website", f"{names.DOMAIN}|{names.WEBSITE}|visitor domain", length=500),
    _f("email", "Person's e-mail", f"{names.EMAIL}|contact email|visitor email|lead email", length=254),
    _f("person_key", "Visitor or person id", names.SIGNAL_PERSON_KEY, length=254),
    _f("topic", "Topic or title", names.SIGNAL_TOPIC, length=200),
    _f("url", "Page", names.SIGNAL_URL, length=500),
    _f("weight", "Weight", names.SIGNAL_WEIGHT, Type.COUNT),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    ImportKind.ACCOUNTS: ACCOUNT_FIELDS,
    ImportKind.CONTACTS: CONTACT_FIELDS,
    ImportKind.OPPORTUNITIES: OPPORTUNITY_FIELDS,
    ImportKind.SIGNALS: SIGNAL_FIELDS,
}

#: At least one field of each group must be mapped, with the sentence that asks for it.
NEEDED: dict[str, tuple[tuple[frozenset[str], str], ...]] = {
    ImportKind.ACCOUNTS: (
        (frozenset({"name", "domain", "website"}), "a column for the account's name, domain or website"),
    ),
    ImportKind.CONTACTS: (
        (frozenset({"name", "last_name", "first_name", "email"}), "a column for the person's name or e-mail"),
    ),
    ImportKind.OPPORTUNITIES: ((frozenset({"external_id", "name"}), "a column for the deal's id or name"),),
    ImportKind.SIGNALS: (
        (frozenset({"kind"}), "a column that says what happened"),
        (frozenset({"occurred_at"}), "a column for the date"),
    ),
}


#: What a column is called that holds an attribute of the workspace's own: `custom.<key>`.
OWN = "custom."
OWN_TYPES: dict[str, Type] = {
    AttributeKind.NUMBER: Type.NUMBER,
    AttributeKind.FLAG: Type.TRUTH,
    AttributeKind.DATE: Type.DATE,
}


def own_field(key: str) -> Field | None:
    """A custom attribute of the workspace as a field (`custom.<key>`); None for one that is unknown."""
    found = CustomAttribute.objects.filter(key=key.removeprefix(OWN)).first()
    if found is None:
        return None
    words = tuple(found.choices) if found.kind == AttributeKind.CHOICE else ()
    return Field(key, found.label, words, OWN_TYPES.get(found.kind, Type.TEXT))


def field_of(kind: str, key: str) -> Field | None:
    if key.startswith(OWN) and kind == ImportKind.ACCOUNTS:
        return own_field(key)
    return next((field for field in FIELDS[kind] if field.key == key), None)


def missing(kind: str, mapped: set[str]) -> list[str]:
    """What the mapping still lacks, as words for a sentence."""
    return [words for group, words in NEEDED[kind] if not group & mapped]

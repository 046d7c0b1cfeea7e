"""What a column can mean, per kind, and the headers under which real exports hide it.

A new import field: add a line here, its staged column in `parsing.COLUMNS` (and a rule there where it is more than
text), and the column that it writes in `targets.WRITES`.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.choices import ImportKind


class Type(StrEnum):
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
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


_ACCOUNT_NAME = (
    "account name|company name|organization name|organisation name|company|account|customer"
    "|customer name|companyname"
    "|employeecompany|potential customer|organization|organisation|firm|employer"
    "|business name|firma|unternehmen"
    "|firmenname|societe|entreprise|empresa|associated company|primary associated company"
    "|associated company name"
)
_DOMAIN = (
    "company domain name|domain|company domain|domain name|email domain|website domain"
    "|companyemaildomain|account domain"
    "|primary domain|web domain"
)
_WEBSITE = (
    "website|company website|companywebsite|web site|website url|url|homepage|company url|webseite|site web"
    "|website company name account|account website|organization website|web"
)
_ACCOUNT_ID = (
    "account id|accountid|company id|organization id|organisation id|associated company id"
    "|associated company ids"
    "|primary associated company id|zoominfo company id|parent customer id|account external id|crm account id"
)
_EMAIL = (
    "email|e mail|email address|e mail address|work email|business email|mail|primary email|person email|emailadresse"
)
_OWNER = (
    "account owner|company owner|owner|owner name|sales rep|rep|account manager|organization owner|account executive"
)

ACCOUNT_FIELDS = (
    _f("name", "Account name", f"{_ACCOUNT_NAME}|name|legal name"),
    _f("domain", "Domain", _DOMAIN),
    _f("website", "Website", _WEBSITE, length=500),
    _f(
        "external_id",
        "Id in the source",
        f"id|account id|accountid|record id|company id|zoominfo company id|apollo record id|{_ACCOUNT_ID}"
        "|external id|do not modify account|customer id|crm id",
        length=120,
    ),
    _f(
        "industry",
        "Industry",
        "industry|primary industry|sector|industry sector|company industry|branche|vertical",
        length=120,
    ),
    _f(
        "employees",
        "Employees",
        "numberofemployees|number of employees|employees|no of employees|num of employees"
        "|employee count|headcount"
        "|company size|staff|mitarbeiter|effectif|employee range|company employees|size",
        Type.COUNT,
    ),
    _f(
        "revenue",
        "Revenue a year",
        "annualrevenue|annual revenue|revenue|yearly revenue|company revenue|turnover|sales revenue|umsatz"
        "|chiffre d affaires|revenue range|annual sales",
        Type.MONEY,
    ),
    _f(
        "country",
        "Country",
        "billing country|company country|country|country region|address 1 country region"
        "|companycountry|hq country"
        "|organization country|headquarters country|land|pays|office location"
        "|company country region|shipping country"
        "|country region name|country name|billing country code|country code",
        length=80,
    ),
    _f(
        "region",
        "State or region",
        "billing state|company state|state|state province|state region|address 1 state province"
        "|state or province|region"
        "|province|bundesland|hq state|county",
        length=80,
    ),
    _f(
        "city",
        "City",
        "billing city|company city|city|address 1 city|hq city|town|stadt|ort|ville|location",
        length=120,
    ),
    _f(
        "year_founded",
        "Year founded",
        "founded year|year founded|year established|founded|founding year|established",
        Type.YEAR,
    ),
    _f(
        "parent_id",
        "Parent's id in the source",
        "parentid|parent id|parent account id|parent company id|company id immediate parent"
        "|subsidiary of organization id",
        length=120,
    ),
    _f(
        "parent_name",
        "Parent's name",
        "parent account|parent company|parent|subsidiary of|parent name|parent account name"
        "|parent company name"
        "|entity name immediate parent|ultimate parent|muttergesellschaft|associated parent company",
    ),
    _f("owner", "Owner", _OWNER, length=160),
    _f("owner_email", "Owner's e-mail", "owner email|account owner email|company owner email|rep email", length=254),
    _f(
        "status",
        "Customer or prospect",
        "type|account type|customer status|company type|status|account status|relationship type|lifecycle stage",
        length=80,
    ),
    _f(
        "potential",
        "Potential a year",
        "potential|annual potential|account potential|estimated potential|deal potential|wallet|potential a year",
        Type.MONEY,
    ),
    _f(
        "technologies",
        "Technologies",
        "technologies|tech stack|technology|web technologies|technology stack|tools",
        Type.LIST,
        60,
    ),
    _f(
        "description",
        "Description",
        "description|short description|company description|about us|about|notes|beschreibung",
        length=20_000,
    ),
)

CONTACT_FIELDS = (
    _f(
        "external_id",
        "Id in the source",
        "id|contact id|contactid|record id|zoominfo contact id|person id|do not modify contact"
        "|external id|do not modify lead|leadid",
        length=120,
    ),
    _f(
        "name",
        "Full name",
        "full name|contact name|name|person name|contact|user name original name|vollstandiger name|nom complet",
        length=200,
    ),
    _f(
        "first_name",
        "First name",
        "first name|firstname|given name|forename|person first name|vorname|prenom|nombre",
        length=100,
    ),
    _f(
        "last_name",
        "Last name",
        "last name|lastname|surname|family name|person last name|nachname|nom|apellido|apellidos",
        length=100,
    ),
    _f("email", "E-mail", _EMAIL, length=254),
    _f(
        "phone",
        "Phone",
        "phone|phone number|direct phone number|work direct phone|business phone|mobile phone"
        "|mobile|work phone|person phone|telephone|telefon|direct phone",
        length=60,
    ),
    _f(
        "title",
        "Job title",
        "title|job title|jobtitle|position|role|function|position title|berufsbezeichnung|poste",
        length=200,
    ),
    _f(
        "seniority",
        "Seniority",
        "seniority|management level|job title hierarchy level|seniority level|level",
        length=80,
    ),
    _f("department", "Department", "department|departments|job function|business unit|abteilung", length=120),
    _f("account_id", "Account's id in the source", _ACCOUNT_ID, length=120),
    _f("account_name", "Account's name", _ACCOUNT_NAME),
    _f("account_domain", "Account's domain or website", f"{_DOMAIN}|{_WEBSITE}", length=500),
)

OPPORTUNITY_FIELDS = (
    _f(
        "external_id",
        "Id in the source",
        "id|opportunity id|opportunityid|deal id|dealid|record id|potentialid|potential id"
        "|external id|do not modify opportunity",
        length=120,
    ),
    _f(
        "name",
        "Deal's name",
        "opportunity name|deal name|potential name|name|deal title|topic|title|opportunity|deal",
        length=255,
    ),
    _f("account_id", "Account's id in the source", _ACCOUNT_ID, length=120),
    _f("account_name", "Account's name", _ACCOUNT_NAME),
    _f("account_domain", "Account's domain or website", f"{_DOMAIN}|{_WEBSITE}|organization domain", length=500),
    _f(
        "owner",
        "Owner",
        "opportunity owner|deal owner|potential owner|sales agent|owner|sales rep|owner name|rep"
        "|account executive|salesperson|agent",
        length=160,
    ),
    _f("owner_email", "Owner's e-mail", "owner email|deal owner email|opportunity owner email|rep email", length=254),
    _f("type", "Type", "type|opportunity type|deal type|record type|new or existing", length=80),
    _f(
        "stage",
        "Stage",
        "stagename|deal stage|stage|sales stage|opportunity stage|pipeline stage|phase|dealstage",
        length=80,
    ),
    _f("outcome", "Outcome", "deal status|status|outcome|won lost|result|opportunity status|forecast type", length=80),
    _f("is_closed", "Is closed", "isclosed|is closed|closed", Type.TRUTH),
    _f("is_won", "Is won", "iswon|is won|won|is closed won", Type.TRUTH),
    _f(
        "amount",
        "Amount",
        "amount|deal value|close value|deal amount|value|est revenue|opportunity amount"
        "|total amount|estimated revenue|amount in company currency|contract value|tcv|acv|betrag"
        "|actual revenue|revenue",
        Type.MONEY,
    ),
    _f(
        "opened_on",
        "Opened on",
        "created date|createddate|create date|created on|created time|engage date|opened"
        "|open date|opened on|created|created at|start date|deal created|deal created on",
        Type.DATE,
    ),
    _f(
        "closed_on",
        "Closed on",
        "actual close date|close date|closedate|closing date|closed date|closed on|close time"
        "|won time|deal closed on|close|end date|est close date|deal expected close date"
        "|expected close date",
        Type.DATE,
    ),
    _f("product", "Product", "product|product name|solution|line item|product interest", length=160),
)

SIGNAL_FIELDS = (
    _f(
        "kind",
        "What happened",
        "signal|signal type|signal kind|activity type|event type|kind|type|activity|event|action"
        "|engagement type|interaction type|channel",
        length=80,
    ),
    _f(
        "occurred_at",
        "When",
        "occurred at|occurred on|date|timestamp|event date|activity date|occurred|time|event time"
        "|datetime|activity time|date time|created at|visited at|visit date|created date"
        "|signal date|last seen|join time|created time|start datetime",
        Type.DATE,
    ),
    _f(
        "external_id",
        "Id in the source",
        "id|signal id|event id|activity id|record id|external id|uuid|taskid|eventid",
        length=120,
    ),
    _f("account_id", "Account's id in the source", _ACCOUNT_ID, length=120),
    _f("account_name", "Account's name", f"{_ACCOUNT_NAME}|6sense company name"),
    _f("account_domain", "Account's domain or website", f"{_DOMAIN}|{_WEBSITE}|visitor domain", length=500),
    _f("email", "Person's e-mail", f"{_EMAIL}|contact email|visitor email|lead email", length=254),
    _f(
        "person_key",
        "Visitor or person id",
        "visitor id|person id|person key|user id|contact id|contactid|cookie id|anonymous id|visitor|person",
        length=254,
    ),
    _f(
        "topic",
        "Topic or title",
        "topic|subject|intent topic|campaign|campaign name|content|asset|title|keyword|page title"
        "|webinar|event name|job title",
        length=200,
    ),
    _f("url", "Page", "url|page|page url|link|landing page|path", length=500),
    _f("weight", "Weight", "weight|score|points|intensity|strength", Type.COUNT),
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


def field_of(kind: str, key: str) -> Field | None:
    return next((field for field in FIELDS[kind] if field.key == key), None)


def missing(kind: str, mapped: set[str]) -> list[str]:
    """What the mapping still lacks, as words for a sentence."""
    return [words for group, words in NEEDED[kind] if not group & mapped]

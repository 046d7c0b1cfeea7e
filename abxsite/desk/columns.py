"""Which columns the account list shows, and in which order: `columns=tier,score,…` in the query string."""

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from accounts.facts.custom import PREFIX
from accounts.models import CustomAttribute


@dataclass(frozen=True)
class Column:
    """`css` are the classes of its cells; `sort` the key of the order that its head offers; `phone` its place in the
    card that a row becomes on a phone."""

    key: str
    label: str
    long: str = ""
    css: str = ""
    sort: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return self.long or self.label

    @property
    def is_custom(self) -> bool:
        return self.key.startswith(PREFIX)

    @property
    def attribute(self) -> str:
        return self.key.removeprefix(PREFIX)

    @property
    def is_number(self) -> bool:
        return "ax-num" in self.css


NUMBER, CLIP = "ax-num", "is-clip"
_ALL: Final = (
    Column("tier", "Tier", "Tier and proposed tier", phone="is-c"),
    Column("score", "Score", css=NUMBER, sort="score", phone="is-b"),
    Column("known", "Known", "Known share of the score", sort="coverage"),
    Column("axes", "Fit Sig Rel", "Fit, signals, relationship"),
    Column("potential", "Potential", css=NUMBER, sort="potential"),
    Column("cluster", "Cluster", css=CLIP),
    Column("owner", "Owner"),
    Column("pipeline", "Pipeline", "Open pipeline", css=NUMBER, phone="is-d"),
    Column("touch", "Touch", "Last touch", css=NUMBER),
    Column("signal", "Signal", "Last signal", css=NUMBER),
    Column("delivery", "Next delivery", css=CLIP),
    Column("data", "Data", "Age of data", css=NUMBER),
    Column("status", "Status"),
    Column("industry", "Industry", css=CLIP),
    Column("country", "Country", css=CLIP),
    Column("region", "Region", "Region or state", css=CLIP),
    Column("city", "City", css=CLIP),
    Column("employees", "Employees", css=NUMBER),
    Column("revenue", "Revenue", "Revenue a year", css=NUMBER),
    Column("founded", "Founded", css=NUMBER),
    Column("technologies", "Technologies", css=CLIP),
    Column("problems", "Problems", css=CLIP),
    Column("deck", "On deck", "What it waits for", css=CLIP),
    Column("team", "Team", "Owner's team", css=CLIP),
    Column("source", "Source", css=CLIP),
    Column("created", "Came in", css=NUMBER, sort="newest"),
)
COLUMNS: Final[dict[str, Column]] = {column.key: column for column in _ALL}
DEFAULT: Final = tuple(column.key for column in _ALL[:12])
PARAMETER: Final = "columns"


def available() -> list[Column]:
    """Ours, then the workspace's own attributes."""
    attributes = CustomAttribute.objects.filter(retired_at__isnull=True)
    return [*_ALL, *(_custom(attribute) for attribute in attributes)]


def _custom(attribute: CustomAttribute) -> Column:
    return Column(f"{PREFIX}{attribute.key}", attribute.label, css=NUMBER if attribute.kind == "number" else CLIP)


def chosen(query: QueryDict) -> tuple[list[Column], list[str]]:
    """The columns of a query string in their order, and a sentence for each name that is none."""
    keys = keys_of(query)
    if not keys:
        return [COLUMNS[key] for key in DEFAULT], []
    custom = {}
    if any(key.startswith(PREFIX) for key in keys):
        custom = {column.key: column for column in available() if column.is_custom}
    known = COLUMNS | custom
    wrong = [f"“{key[:40]}” is no column of this list." for key in keys if key not in known]
    return [known[key] for key in keys if key in known] or [COLUMNS[key] for key in DEFAULT], wrong


def keys_of(query: QueryDict) -> list[str]:
    """The names asked for, each once; from `columns=a,b` and from repeated fields of a form."""
    asked = ",".join(query.getlist(PARAMETER)).split(",")
    return list(dict.fromkeys(key.strip() for key in asked if key.strip()))[:60]


def text_of(keys: list[str]) -> str:
    """What stands in the query string; empty for the usual columns."""
    return "" if tuple(keys) == DEFAULT else ",".join(keys)

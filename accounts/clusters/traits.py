"""What an account may share with others in a cluster: frozen, without the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

#: Lower bounds of the size bands, in employees.
BANDS: Final = (1, 50, 250, 1_000, 5_000, 10_000)
BAND_NAMES: Final = (
    "1–49 people", "50–249 people", "250–999 people", "1,000–4,999 people", "5,000–9,999 people",
    "10,000 people or more",
)  # fmt: skip


@dataclass(frozen=True)
class Traits:
    """Empty text, an empty set and a band of None are unknown. `stage` is the buying stage in words."""

    account: int
    name: str = ""
    tags: frozenset[str] = frozenset()
    technologies: frozenset[str] = frozenset()
    industry: str = ""
    country: str = ""
    region: str = ""
    band: int | None = None
    stage: str = ""


FIELDS: Final = ("pk", "name", "problem_tags", "technologies", "industry", "country", "region", "employees")


def band_of(employees: int | None) -> int | None:
    """The place of the size band; None for unknown and for nobody."""
    if not employees or employees < BANDS[0]:
        return None
    return sum(employees >= low for low in BANDS) - 1


def traits_of(rows: Iterable[tuple[Any, ...]]) -> list[Traits]:
    """From `values_list(*FIELDS)` of accounts."""
    return [
        Traits(
            account=pk,
            name=name,
            tags=frozenset(tag.strip() for tag in tags if tag.strip()),
            technologies=frozenset(one.strip() for one in technologies if one.strip()),
            industry=industry,
            country=country,
            region=region,
            band=band_of(employees),
        )
        for pk, name, tags, technologies, industry, country, region, employees in rows
    ]

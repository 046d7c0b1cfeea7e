"""What the accounts that bought lately share more than the rest: shares side by side, with an interval.

An attribute counts among the accounts of which it is known. The difference of the two shares carries its Newcombe 95 %
interval; where that leaves out zero, the attribute stands out. With many attributes compared some stand out by chance:
the page says how many, and `certain` marks those that hold when all comparisons are taken together (Bonferroni).
Firmographics are today's, so a company that grew after it bought is counted as it is now.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any, Final

from django.db import connection

from abxsite.lib.stats import Difference, newcombe
from accounts.clusters.traits import BAND_NAMES, BANDS
from accounts.facts import Condition
from tiering.icp.wins import period

#: Under so many buyers with an attribute nothing is said of it.
FEWEST: Final = 3
#: Under so many buyers in all (M3) the page says that it is too few to tell.
FEW_WINS: Final = 8
LABELS: Final = {
    "industry": "Industry", "country": "Country", "region": "Region or state", "size": "Size",
    "technologies": "Technology", "problems": "Problem",
}  # fmt: skip
#: Attributes of which an account has one value, so that only one can match.
SINGLE: Final = ("industry", "country", "region", "size")

COUNTS = """
WITH won AS (
    SELECT DISTINCT account_id FROM accounts_opportunity
    WHERE outcome = 'won' AND type <> 'renewal' AND account_id IS NOT NULL
      AND closed_on > %(first)s AND closed_on <= %(last)s
), base AS (
    SELECT a.industry, a.country, a.region,
           CASE WHEN a.employees >= %(lowest)s
                THEN width_bucket(a.employees::numeric, %(bands)s::numeric[]) - 1 END AS size,
           a.technologies, a.problem_tags, w.account_id IS NOT NULL AS bought
    FROM accounts_account a LEFT JOIN won w ON w.account_id = a.id
    WHERE a.merged_into_id IS NULL
), single AS (
    SELECT CASE WHEN grouping(industry) = 0 THEN 'industry' WHEN grouping(country) = 0 THEN 'country'
                WHEN grouping(region) = 0 THEN 'region' ELSE 'size' END AS attribute,
           coalesce(industry, country, region, size::text) AS value, bought, count(*) AS n
    FROM base GROUP BY GROUPING SETS ((industry, bought), (country, bought), (region, bought), (size, bought))
)
SELECT attribute, value, bought, n FROM single WHERE value <> ''
UNION ALL
SELECT 'technologies', word, bought, count(*) FROM base,
    LATERAL (SELECT DISTINCT word FROM unnest(technologies) AS word) each
WHERE technologies <> '{}'
GROUP BY 2, 3
UNION ALL
SELECT 'problems', word, bought, count(*) FROM base,
    LATERAL (SELECT DISTINCT word FROM unnest(problem_tags) AS word) each
WHERE problem_tags <> '{}'
GROUP BY 2, 3
UNION ALL
SELECT 'technologies', NULL, bought, count(*) FROM base WHERE technologies <> '{}' GROUP BY 3
UNION ALL
SELECT 'problems', NULL, bought, count(*) FROM base WHERE problem_tags <> '{}' GROUP BY 3
UNION ALL
SELECT 'all', NULL, bought, count(*) FROM base GROUP BY 3
"""


@dataclass(frozen=True)
class Feature:
    """One attribute: `wins` of `wins_known` buyers have it, `rest` of `rest_known` others. `points` are what it adds
    to a look-alike, or takes away: the difference in percentage points, where the interval leaves out zero."""

    attribute: str
    value: str
    wins: int
    wins_known: int
    rest: int
    rest_known: int
    low: float
    high: float
    certain: bool = False

    @property
    def name(self) -> str:
        return f"{LABELS[self.attribute]}: {self.spoken}"

    @property
    def spoken(self) -> str:
        return BAND_NAMES[int(self.value)] if self.attribute == "size" else self.value

    @property
    def share(self) -> float:
        return self.wins / self.wins_known

    @property
    def rest_share(self) -> float:
        return self.rest / self.rest_known

    @property
    def difference(self) -> float:
        return self.share - self.rest_share

    @property
    def stands_out(self) -> bool:
        return self.low > 0 or self.high < 0

    @property
    def points(self) -> int:
        return round(self.difference * 100) if self.stands_out else 0

    @property
    def signed(self) -> str:
        """`+15`, `−20`."""
        return f"+{self.points}" if self.points >= 0 else f"−{-self.points}"

    def condition(self) -> Condition:
        """The same as a condition over account facts, for the list under the figure."""
        if self.attribute == "size":
            band = int(self.value)
            if band + 1 < len(BANDS):
                return Condition("employees", "between", [BANDS[band], BANDS[band + 1] - 1])
            return Condition("employees", "gte", BANDS[band])
        return Condition(
            self.attribute, "any" if self.attribute in ("technologies", "problems") else "in", [self.value]
        )


@dataclass(frozen=True)
class Comparison:
    """`compared` attributes were held against each other, in the order of their difference."""

    buyers: int
    rest: int
    features: tuple[Feature, ...]

    @property
    def compared(self) -> int:
        return len(self.features)

    @property
    def by_chance(self) -> float:
        """How many would stand out at 95 % if nothing differed."""
        return self.compared * 0.05

    @property
    def too_few(self) -> bool:
        return self.buyers < FEW_WINS

    @property
    def more(self) -> list[Feature]:
        return [one for one in self.features if one.low > 0]

    @property
    def less(self) -> list[Feature]:
        return [one for one in self.features if one.high < 0]


def compare(as_of: date) -> Comparison:
    return comparison_of(_rows(as_of))


def _rows(as_of: date) -> list[tuple[str, str | None, bool, int]]:
    first, last = period(as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTS, {"first": first, "last": last, "bands": [float(low) for low in BANDS], "lowest": BANDS[0]}
        )
        rows: list[tuple[str, str | None, bool, int]] = cursor.fetchall()
    return rows


def comparison_of(rows: list[tuple[str, str | None, bool, int]]) -> Comparison:
    """Pure: from `(attribute, value, bought, n)`, with a value of None for those of whom a set is known."""
    counts: dict[tuple[str, str], dict[bool, int]] = defaultdict(dict)
    known: dict[str, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    everybody = {True: 0, False: 0}
    for attribute, value, bought, n in rows:
        if attribute == "all":
            everybody[bought] = n
        elif value is None:
            known[attribute][bought] = n
        else:
            counts[attribute, value][bought] = n
            if attribute in SINGLE:
                known[attribute][bought] += n
    found = [_feature(key, some, known[key[0]]) for key, some in counts.items() if _tells(some, known[key[0]])]
    certain = _z_of(len(found))
    features = [_certain(one, certain) for one in found]
    features.sort(key=lambda one: (-one.difference, one.attribute, one.value))
    return Comparison(everybody[True], everybody[False], tuple(features))


def _tells(counts: dict[bool, int], known: dict[bool, int]) -> bool:
    """Enough buyers have it, or enough would if they were like the rest, and not everybody has it."""
    wins, rest = counts.get(True, 0), counts.get(False, 0)
    if not known[True] or not known[False]:
        return False
    expected = known[True] * rest / known[False]
    return max(wins, expected) >= FEWEST and not (wins == known[True] and rest == known[False])


def _feature(key: tuple[str, str], counts: dict[bool, int], known: dict[bool, int]) -> Feature:
    wins, rest = counts.get(True, 0), counts.get(False, 0)
    found = newcombe(wins, known[True], rest, known[False])
    return Feature(*key, wins, known[True], rest, known[False], found.low, found.high)


def _certain(one: Feature, z: float) -> Feature:
    found: Difference = newcombe(one.wins, one.wins_known, one.rest, one.rest_known, z)
    return Feature(**(vars(one) | {"certain": found.excludes_zero}))


def _z_of(comparisons: int) -> float:
    return NormalDist().inv_cdf(1 - 0.025 / max(1, comparisons))


def as_json(found: Comparison) -> dict[str, Any]:
    return {"buyers": found.buyers, "rest": found.rest, "features": [vars(one) for one in found.features]}


def from_json(stored: dict[str, Any]) -> Comparison:
    return Comparison(stored["buyers"], stored["rest"], tuple(Feature(**one) for one in stored["features"]))

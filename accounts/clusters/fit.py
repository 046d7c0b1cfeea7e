"""How alike an account is to the rest of its cluster: 0–100, as a sum that people can read.

Each attribute says what share of the other members the account resembles, 0 to 1, times its weight; what is unknown
of the account, or of all the others, says nothing and leaves the sum. The problem weighs most, because a cluster is
its problem.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.clusters.traits import BAND_NAMES, Traits

WEIGHTS: Final = {"problem": 40, "industry": 20, "technology": 15, "place": 15, "size": 10}
NAMES: Final = {
    "problem": "Problem",
    "industry": "Industry",
    "technology": "Technology",
    "place": "Place",
    "size": "Size",
}
#: Below this a member stands out, where at least half of the weight is known and enough others are there.
OUTLIER_BELOW: Final = 40
OTHERS_NEEDED: Final = 3
KNOWN_NEEDED: Final = 50
#: A member fits another cluster better when it fits there well, and by so much more than here.
BETTER_BY: Final = 20
GOOD_FIT: Final = 60


@dataclass(frozen=True)
class Reason:
    """One attribute: `likeness` 0–1 of `weight`; `text` says what is shared, or what is not."""

    attribute: str
    likeness: float
    text: str

    @property
    def name(self) -> str:
        return NAMES[self.attribute]

    @property
    def weight(self) -> int:
        return WEIGHTS[self.attribute]

    @property
    def points(self) -> int:
        return round(self.likeness * self.weight)


@dataclass(frozen=True)
class Fit:
    """`value` 0–100, None where nothing can be compared; `known` is the weight that could be, of 100."""

    value: int | None
    known: int
    reasons: tuple[Reason, ...]
    outlier: bool = False

    @property
    def says(self) -> str:
        """The attributes, the weightiest first, in one sentence."""
        return "; ".join(reason.text for reason in self.reasons)


@dataclass(frozen=True)
class Profile:
    """What the members of a cluster have, counted. `tag` is the problem tag that the cluster itself names."""

    tag: str = ""
    size: int = 0
    tags: Counter[str] = field(default_factory=Counter)
    technologies: Counter[str] = field(default_factory=Counter)
    industries: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    bands: Counter[int] = field(default_factory=Counter)
    tagged: int = 0
    equipped: int = 0


def profile_of(members: Iterable[Traits], tag: str = "") -> Profile:
    listed = list(members)
    return Profile(
        tag=tag,
        size=len(listed),
        tags=Counter(name for one in listed for name in one.tags),
        technologies=Counter(name for one in listed for name in one.technologies),
        industries=Counter(one.industry for one in listed if one.industry),
        countries=Counter(one.country for one in listed if one.country),
        regions=Counter(one.region for one in listed if one.region),
        bands=Counter(one.band for one in listed if one.band is not None),
        tagged=sum(bool(one.tags) for one in listed),
        equipped=sum(bool(one.technologies) for one in listed),
    )


def without(profile: Profile, one: Traits) -> Profile:
    """The profile of the others: a member is not compared with itself."""
    return Profile(
        tag=profile.tag,
        size=profile.size - 1,
        tags=profile.tags - Counter(one.tags),
        technologies=profile.technologies - Counter(one.technologies),
        industries=profile.industries - Counter([one.industry] if one.industry else []),
        countries=profile.countries - Counter([one.country] if one.country else []),
        regions=profile.regions - Counter([one.region] if one.region else []),
        bands=profile.bands - Counter([one.band] if one.band is not None else []),
        tagged=profile.tagged - bool(one.tags),
        equipped=profile.equipped - bool(one.technologies),
    )


def fit_of(one: Traits, profile: Profile, *, member: bool) -> Fit:
    """`member` says that the profile counts the account too."""
    others = without(profile, one) if member else profile
    found = (_problem(one, others), _industry(one, others), _technology(one, others), _place(one, others))
    reasons = tuple(reason for reason in (*found, _size(one, others)) if reason is not None)
    known = sum(reason.weight for reason in reasons)
    if not known:
        return Fit(None, 0, ())
    value = round(100 * sum(reason.likeness * reason.weight for reason in reasons) / known)
    stands_out = member and value < OUTLIER_BELOW and known >= KNOWN_NEEDED and others.size >= OTHERS_NEEDED
    return Fit(value, known, reasons, stands_out)


def better_elsewhere(one: Traits, here: Fit, others: Sequence[tuple[str, Profile]]) -> tuple[str, int] | None:
    """(cluster, fit there) where the account fits clearly better; `others` are the clusters that take members."""
    found = [(fit_of(one, profile, member=False).value or 0, key) for key, profile in others if profile.size]
    best, key = max(found, default=(0, ""))
    if here.value is None or best < GOOD_FIT or best < here.value + BETTER_BY:
        return None
    return key, best


def _problem(one: Traits, others: Profile) -> Reason | None:
    if not one.tags or not (others.tag or others.tagged):
        return None
    if others.tag:
        if others.tag in one.tags:
            return Reason("problem", 1.0, others.tag)
        return Reason("problem", 0.0, f"not {others.tag} but {_and(sorted(one.tags)[:3])}")
    best = max(sorted(one.tags), key=lambda tag: others.tags[tag])
    alike = others.tags[best]
    if not alike:
        return Reason("problem", 0.0, f"{_and(sorted(one.tags)[:3])}, which nobody else names")
    return Reason("problem", alike / others.tagged, f"{best} ({alike} of {others.tagged})")


def _industry(one: Traits, others: Profile) -> Reason | None:
    return _one_value("industry", one.industry, others.industries)


def _technology(one: Traits, others: Profile) -> Reason | None:
    """Against what at least half of the others run."""
    typical = sorted(name for name, n in others.technologies.items() if n >= 2 and 2 * n >= others.equipped)
    if not one.technologies or not typical:
        return None
    shared = [name for name in typical if name in one.technologies]
    text = f"runs {_and(shared)}" if shared else f"without {_and(typical)}"
    return Reason("technology", len(shared) / len(typical), text)


def _place(one: Traits, others: Profile) -> Reason | None:
    """The same country counts in full, only the same region half."""
    by_country = _one_value("place", one.country, others.countries)
    known = others.regions.total()
    if not one.region or not known:
        return by_country
    near = others.regions[one.region] / known
    if by_country is None:
        return Reason("place", near / 2, f"{one.region} ({others.regions[one.region]} of {known})")
    likeness = max(by_country.likeness, (by_country.likeness + near) / 2)
    return Reason("place", likeness, by_country.text)


def _size(one: Traits, others: Profile) -> Reason | None:
    known = others.bands.total()
    if one.band is None or not known:
        return None
    same, near = others.bands[one.band], others.bands[one.band - 1] + others.bands[one.band + 1]
    text = f"{BAND_NAMES[one.band]} ({same} of {known})"
    return Reason("size", (same + near / 2) / known, text)


def _one_value(attribute: str, value: str, counts: Counter[str]) -> Reason | None:
    known = counts.total()
    if not value or not known:
        return None
    same = counts[value]
    if same:
        return Reason(attribute, same / known, f"{value} ({same} of {known})")
    usual, often = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return Reason(attribute, 0.0, f"{value}, {often} of {known} {usual}")


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

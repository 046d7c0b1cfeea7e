"""Guard rails of a scorecard (S2): warnings with the practitioner's reason, never a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from tiering.engine.types import CriterionSpec


@dataclass(frozen=True, slots=True)
class Rail:
    """`ok` False is a warning. `title` says what, `reason` why it matters."""

    ok: bool
    title: str
    reason: str = ""


def guard_rails(criteria: Sequence[CriterionSpec]) -> list[Rail]:
    """All warnings first, then one line for what is in order."""
    weight: dict[str, int] = {}
    for criterion in criteria:
        weight[criterion.family] = weight.get(criterion.family, 0) + criterion.weight

    def of(family: str) -> int:
        return weight.get(family, 0)

    tests = [
        (
            of("potential") > of("firmographic"),
            "Potential weighs more than firmographic",
            "Firmographic weighs as much as potential.",
            "Size and sector say who could buy; potential says what it would be worth. Size alone fills the top tier "
            "with logos.",
        ),
        (
            of("fit") > of("firmographic"),
            "fit weighs more than firmographic",
            "Firmographic weighs as much as fit.",
            "Two companies of one size and sector can need quite different things; fit tells them apart.",
        ),
        (
            of("signals") > of("brand"),
            "signals weigh more than brand",
            "Brand weighs as much as signals.",
            "A famous name that is not looking takes a seat from a plain one that is.",
        ),
        (
            2 * of("firmographic") <= sum(weight.values()),
            "firmographic is at most half",
            "Firmographic is over half of the score.",
            "Then the list is a company directory sorted by size.",
        ),
        (
            of("relationship") > 0,
            "relationship is not zero",
            "Relationship counts for nothing.",
            "Who knows us answers first; sales will not trust a list that ignores it.",
        ),
        (
            5 <= len(criteria) <= 8,
            f"{len(criteria)} criteria",
            f"The scorecard has {len(criteria)} criteria.",
            "Fewer than 5 hide what decides; more than 8 cancel each other out and nobody reads them.",
        ),
    ]
    warnings = [Rail(False, title, reason) for passed, _, title, reason in tests if not passed]
    fine = [text for passed, text, _, _ in tests if passed]
    if fine:
        sentence = "; ".join(fine)
        warnings.append(Rail(True, f"{sentence[0].upper()}{sentence[1:]}."))
    return warnings


def size_rail(top: int, large_in_one_industry: int, industry: str, weight: int) -> Rail | None:
    """After a run: the top tier is mostly large companies of one industry although firmographics weigh little."""
    if top < 5 or 2 * large_in_one_industry <= top or weight >= 50:
        return None
    return Rail(
        False,
        "The top tier is mostly large companies in your industry.",
        f"{large_in_one_industry} of {top} are large {industry} companies, so size decides more than its {weight} % "
        "says.",
    )

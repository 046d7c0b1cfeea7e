"""The default catalogue: what practitioners give each level of effort, with hours and money inside T1's ranges.

Hours are of one time; `per` cluster means once for the cluster, shared by its members. With these figures one
marketer carries 5.6 One-to-One accounts, 6.3 One-to-Few clusters of 10, or about 830 One-to-Many accounts, and an
account costs $40,600, $6,000, $400 or $32 a year.
"""

from dataclasses import dataclass
from decimal import Decimal

from entitlements.choices import Category, Per

MARKETER, DESIGNER, EXECUTIVE = "Marketer", "Designer", "Executive"
ROLES = (MARKETER, DESIGNER, EXECUTIVE)


@dataclass(frozen=True)
class Default:
    name: str
    category: Category
    times: int
    hours: dict[str, str]
    money: str = "0"
    per: Per = Per.ACCOUNT
    channel: str = ""
    owner: str = MARKETER
    personalisation: str = ""
    playbook: str = ""

    def exact_hours(self) -> dict[str, Decimal]:
        return {role: Decimal(each) for role, each in self.hours.items()}


@dataclass(frozen=True)
class Rule:
    """One marketer covers so many accounts or clusters (T1)."""

    covers: int
    per: Per = Per.ACCOUNT


@dataclass(frozen=True)
class Level:
    promises: tuple[Default, ...]
    rule: Rule | None = None
    wanted: int = 0
    guide: str = ""


ONE_TO_ONE = Level(
    rule=Rule(5),
    wanted=12,
    guide="5 to 20 accounts",
    promises=(
        Default(
            "Account dossier", Category.RESEARCH, 1, {MARKETER: "40"}, "2000",
            personalisation="This company",
            playbook="Priorities, initiatives, pains, competitors and landscape, each with its source and date.",
        ),
        Default(
            "Org chart and buying-center map", Category.RESEARCH, 2, {MARKETER: "12"}, "500",
            personalisation="This company",
            playbook="Who decides, who influences, who blocks; one line per buying center with what it buys today.",
        ),
        Default(
            "Bespoke content", Category.CONTENT, 4, {MARKETER: "18", DESIGNER: "24"}, "2500",
            personalisation="This company",
            playbook="One piece a quarter on a problem from the dossier, in the company's own words.",
        ),
        Default(
            "Executive sponsor", Category.EXECUTIVE, 4, {MARKETER: "2", EXECUTIVE: "3"},
            owner=EXECUTIVE, personalisation="Person to person",
            playbook="One of our executives talks to one of theirs each quarter, with a brief of one page.",
        ),
        Default(
            "Executive briefing", Category.EXECUTIVE, 2, {MARKETER: "16", DESIGNER: "6", EXECUTIVE: "6"}, "4000",
            channel="In person", personalisation="This company",
        ),
        Default(
            "Innovation day", Category.EVENT, 1, {MARKETER: "32", DESIGNER: "16", EXECUTIVE: "8"}, "9000",
            channel="In person", personalisation="This company",
        ),
        Default(
            "Dedicated team channel", Category.ATTENTION, 12, {MARKETER: "5"}, "50",
            channel="Shared channel", personalisation="This company",
            playbook="Sales, marketing and success in one channel; a short written state of the account each month.",
        ),
        Default("Quarterly plan with sales", Category.PROGRAM, 4, {MARKETER: "10"}, personalisation="This company"),
        Default(
            "Account advertising", Category.ADVERTISING, 4, {MARKETER: "4", DESIGNER: "3"}, "2500",
            channel="Paid media", personalisation="This company",
        ),
    ),
)  # fmt: skip

ONE_TO_FEW = Level(
    rule=Rule(6, Per.CLUSTER),
    wanted=80,
    guide="clusters of 5 to 15",
    promises=(
        Default(
            "Cluster research", Category.RESEARCH, 2, {MARKETER: "24"}, "4000", Per.CLUSTER,
            personalisation="This cluster's problem",
            playbook="What the shared problem costs these companies, who owns it there, what they tried.",
        ),
        Default(
            "Adapted content", Category.CONTENT, 4, {MARKETER: "16", DESIGNER: "16"}, "3000", Per.CLUSTER,
            personalisation="This cluster's problem",
        ),
        Default(
            "Landing page by industry", Category.CONTENT, 2, {MARKETER: "8", DESIGNER: "12"}, "2000", Per.CLUSTER,
            channel="Web", personalisation="Industry",
        ),
        Default(
            "Roadshow", Category.EVENT, 1, {MARKETER: "40", DESIGNER: "8", EXECUTIVE: "8"}, "14000", Per.CLUSTER,
            channel="In person", personalisation="This cluster's problem",
        ),
        Default(
            "One-to-one meetings", Category.ATTENTION, 4, {MARKETER: "2"}, "150",
            channel="Meeting", personalisation="This company",
        ),
        Default(
            "Account advertising", Category.ADVERTISING, 4, {MARKETER: "1"}, "400",
            channel="Paid media", personalisation="This cluster's problem",
        ),
    ),
)  # fmt: skip

ONE_TO_MANY = Level(
    wanted=500,
    guide="up to about 500 accounts",
    promises=(
        Default(
            "Light personalisation", Category.CONTENT, 4, {MARKETER: "0.25", DESIGNER: "0.1"}, "15",
            personalisation="Industry and role",
        ),
        Default(
            "Account advertising", Category.ADVERTISING, 4, {MARKETER: "0.1"}, "60",
            channel="Paid media", personalisation="Industry and role",
        ),
        Default("Webinars", Category.EVENT, 4, {MARKETER: "0.15"}, "15", channel="Online"),
        Default("Syndication", Category.CONTENT, 2, {MARKETER: "0.1"}, "20", channel="Publishers"),
    ),
)  # fmt: skip

DEMAND_GEN = Level(
    wanted=2000,
    guide="until marketing qualified",
    promises=(
        Default("E-mail", Category.PROGRAM, 12, {MARKETER: "0.01"}, "0.50", channel="E-mail"),
        Default("Advertising", Category.ADVERTISING, 4, {MARKETER: "0.01"}, "4", channel="Paid media"),
        Default("Events", Category.EVENT, 1, {MARKETER: "0.05"}, "10"),
    ),
)

#: By place from the top. A workspace with three tiers does without Targeted Demand Gen; a fifth tier starts empty.
LEVELS = (ONE_TO_ONE, ONE_TO_FEW, ONE_TO_MANY, DEMAND_GEN)


def level_at(place: int) -> Level | None:
    """The level of the tier at `place`, 0 at the top."""
    return LEVELS[place] if place < len(LEVELS) else None

"""First run: default tiers, caps and settings; then what the workspace's own won values propose, and its publication.

The figures come from `tiering.engine.first_run` (T2); the scorecard's bands and traits from the same answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Count, Q

from abxsite.lib import clock, locks
from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from accounts.models import (
    Account,
    BuyingCenter,
    Cluster,
    Contact,
    Judgement,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)
from tiering import policies
from tiering.engine import first_run
from tiering.models import Cap, Run, Tier, WorkspaceSettings
from tiering.scoring.defaults import Targets, targets_from_history
from tiering.scoring.potential import yearly_won_values
from tiering.services import runs, scorecards
from tiering.services.settings import change_settings, current_settings
from tiering.services.tiers import active_tiers, change_tier, current_caps, publish_cap


class TierDefault(NamedTuple):
    """A tier of T1; score in points, potential in whole currency a year, coverage in percent, stay in cycles."""

    name: str
    short_name: str
    score: int
    potential: int | None
    coverage: int
    stay: int
    two_sided: bool
    seats: int


DEFAULTS: Final = (
    TierDefault("One-to-One", "One", 60, 2_000_000, 70, 2, True, 12),
    TierDefault("One-to-Few", "Few", 45, 250_000, 50, 1, True, 80),
    TierDefault("One-to-Many", "Many", 30, None, 30, 1, False, 500),
    TierDefault("Targeted Demand Gen", "Demand Gen", 20, None, 0, 1, False, 2_000),
)
POINT: Final = 5_000
#: How many values of an account field the page offers to choose from.
OFFERED: Final = 15


@dataclass(frozen=True)
class TierAnswer:
    """One tier as proposed or as answered. `minimum_score` in total units."""

    tier: Tier
    minimum_score: int
    minimum_potential: int | None
    seats: int | None


@dataclass(frozen=True)
class Source:
    """One kind of evidence: how many rows there are, and what stands in while there are none."""

    name: str
    count: int
    instead: str


@dataclass(frozen=True)
class SetupProposal:
    """What first run found and would publish; `industries` and `countries` are (value, accounts), commonest first."""

    accounts: int
    customers: int
    best_customer: int | None
    bounds_from: str
    bounds_n: int
    tiers: tuple[TierAnswer, ...]
    targets: Targets
    industries: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, int], ...]
    sources: tuple[Source, ...]
    estimated: int
    cluster_tier: Tier | None

    @property
    def missing(self) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if not source.count)


@dataclass(frozen=True)
class SetupAnswers:
    """What the person said. `targets` decides the traits and bands of the scorecard."""

    tiers: Sequence[TierAnswer]
    targets: Targets
    name: str = "Our workspace"
    what_we_sell: str = ""
    currency: str = "USD"
    default_signer: Person | None = None
    default_marketer: Person | None = None
    clustered: Sequence[int] = field(default_factory=tuple)


@transaction.atomic
def ensure_defaults(*, actor: User | None = None) -> WorkspaceSettings:
    """Default tiers with caps, and settings version 1, where none exist; the present settings otherwise."""
    locks.take("tiers")
    if not Tier.objects.exists():
        for order, default in enumerate(DEFAULTS, start=1):
            tier = Tier.objects.create(
                name=default.name,
                short_name=default.short_name,
                order=order,
                colour=order,
                two_sided=default.two_sided,
                minimum_score=default.score * POINT,
                minimum_potential=default.potential,
                minimum_coverage=default.coverage,
                minimum_stay=default.stay,
            )
            Cap.objects.create(tier=tier, seats=default.seats, note="Default", published_by=actor)
    settings = current_settings()
    return settings if settings.version else change_settings(actor=None)


def propose_setup() -> SetupProposal:
    """What the workspace's own figures propose; reads only, but for the defaults that it starts from."""
    ensure_defaults()
    today, tiers, caps = clock.today(), active_tiers(), current_caps()
    present = Account.objects.present()
    won, entered = yearly_won_values(today), _entered_potentials()
    shape = first_run.propose(won=won, potentials=entered, accounts=present.count(), tiers=len(tiers))
    return SetupProposal(
        accounts=present.count(),
        customers=len(won),
        best_customer=won[-1] if won else None,
        bounds_from=shape.source,
        bounds_n=shape.n,
        tiers=tuple(
            TierAnswer(tier, tier.minimum_score, form.potential, form.seats if tier.capped else caps[tier.pk])
            for tier, form in zip(tiers, shape.tiers, strict=True)
        ),
        targets=targets_from_history(today),
        industries=_commonest("industry"),
        countries=_commonest("country"),
        sources=_sources(),
        estimated=_estimated() if won else 0,
        cluster_tier=_cluster_tier(tiers),
    )


def accept(proposal: SetupProposal, **said: object) -> SetupAnswers:
    """The answers of somebody who takes every proposal as it is; `said` overrides."""
    clustered = (proposal.cluster_tier.pk,) if proposal.cluster_tier else ()
    answers = SetupAnswers(tiers=proposal.tiers, targets=proposal.targets, clustered=clustered)
    return replace(answers, **said)  # type: ignore[arg-type]


@transaction.atomic
def apply_setup(*, actor: User | None, answers: SetupAnswers) -> Run:
    """Publish thresholds, caps, settings and, at first run, scorecard v1; start a run."""
    policies.check_may_keep(actor, "set the workspace up")
    if not Account.objects.present().exists():
        raise DomainError("Import a file first: there are no accounts to set up for.")
    first = not current_settings().setup_done
    for answer in answers.tiers:
        tier = change_tier(
            actor=actor,
            tier=answer.tier,
            minimum_score=answer.minimum_score,
            minimum_potential=answer.minimum_potential,
            clustered=answer.tier.pk in answers.clustered,
        )
        if tier.capped and answer.seats is not None and current_caps()[tier.pk] != answer.seats:
            publish_cap(actor=actor, tier=tier, seats=answer.seats, note="First-run setup")
    change_settings(
        actor=actor,
        name=answers.name,
        what_we_sell=answers.what_we_sell,
        currency=answers.currency,
        default_signer=answers.default_signer,
        default_marketer=answers.default_marketer,
        setup_done=True,
    )
    if first or scorecards.published() is None:
        scorecards.default_scorecard(actor=actor, targets=answers.targets)
    return runs.start_run(actor=actor, reason="setup")


def _entered_potentials() -> list[int]:
    """The newest entered potential of each account."""
    newest = PotentialEntry.objects.order_by("account_id", "-on", "-id").distinct("account_id")
    return [amount for amount in newest.values_list("amount", flat=True) if amount]


def _estimated() -> int:
    """Accounts with neither an entered potential nor a buying center."""
    said = Q(potential_entries__isnull=False) | Q(buying_centers__isnull=False)
    return Account.objects.present().exclude(said).count()


def _commonest(name: str) -> tuple[tuple[str, int], ...]:
    known = Account.objects.present().exclude(**{name: ""}).order_by()
    counted = known.values_list(name).annotate(n=Count("id")).order_by("-n", name)
    return tuple(counted[:OFFERED])


def _cluster_tier(tiers: Sequence[Tier]) -> Tier | None:
    """One-to-Few becomes clustered once the first cluster is staffed: the lowest two-sided tier."""
    staffed = Cluster.objects.filter(owner__isnull=False, frozen_at__isnull=True).exists()
    two_sided = [tier for tier in tiers if tier.two_sided]
    return two_sided[-1] if staffed and len(two_sided) > 1 else None


def _sources() -> tuple[Source, ...]:
    same = "stands outside coverage; every account gets the middle of the scale"
    return (
        Source("Won deals", Opportunity.objects.filter(outcome="won").count(), "no potential can be estimated"),
        Source(
            "Entered potential",
            PotentialEntry.objects.count() + BuyingCenter.objects.count(),
            "potential is estimated from the won value of similar customers",
        ),
        Source("Contacts", Contact.objects.count(), "nobody can be counted as known"),
        Source("Relationships and ties", _known_people(), f"the relationship criterion {same}"),
        Source("Signals", Signal.objects.count(), f"the signals criterion {same}"),
        Source("Judgements of need and brand", Judgement.objects.count(), f"each judged criterion {same}"),
    )


def _known_people() -> int:
    return Contact.objects.filter(strength__gt=0).count() + Tie.objects.count()

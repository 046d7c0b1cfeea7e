"""What the demo's marketers set up: targets, entitlements, people, budget, published caps, clusters."""

from datetime import date
from decimal import Decimal

from abxsite.desk.demo.cast import WORKERS, Company
from abxsite.desk.demo.facts import by_key
from abxsite.desk.demo.names import PROBLEMS
from abxsite.desk.demo.story import Story
from abxsite.lib.clock import add_months, quarter_start
from abxsite.users.models import Person, User
from accounts.models import Account
from accounts.services.clusters import add_to_cluster, create_cluster
from entitlements.models import WorkRole
from entitlements.services.budgets import set_budget
from entitlements.services.capacity import compute_capacity, publish_caps
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.people import add_worker
from tiering.services.runs import run_to_end
from tiering.services.setup import accept, apply_setup, propose_setup
from tiering.services.tiers import active_tiers

#: Dollars a year, by the tier's place from the top.
BUDGET_A_YEAR = (560_000, 360_000, 190_000, 90_000)
#: Seats that a tier of the demo holds at most, whatever hours and money would carry.
SEATS = (12, 40, 140, 300)
MEMBERS = 12


def set_up(marketer: User, company: Company) -> None:
    """First-run setup as proposed, with the people who sign when nobody else does."""
    answers = accept(
        propose_setup(),
        name="Tavlund Software",
        what_we_sell="Planning software for crews that maintain grids, fleets and plants",
        default_signer=company.user("manager").person,
        default_marketer=marketer.person,
    )
    run_to_end(apply_setup(actor=marketer, answers=answers))


def plan_capacity(marketer: User, company: Company, first: date) -> None:
    """The default catalogue, six people who work on it, eight quarters of budget, and caps that follow from them."""
    ensure_default_catalogue(actor=marketer)
    tiers = active_tiers()
    roles = {role.name: role for role in WorkRole.objects.all()}
    begun = quarter_start(first)
    staff: list[tuple[Person, str]] = [(company.workers[name], role) for name, role in WORKERS]
    staff += [(company.user("marketer").person, "Marketer"), (company.user("marketer2").person, "Marketer")]
    staff += [(company.user("leader").person, "Executive")]
    for person, role in staff:
        if role in roles:
            add_worker(actor=marketer, person=person, role=roles[role], since=begun)
    for place, tier in enumerate(tiers):
        for number in range(8):
            amount = Decimal(BUDGET_A_YEAR[min(place, 3)]) / 4
            set_budget(actor=marketer, tier=tier, quarter=add_months(begun, 3 * number), amount=amount)
    computed = {capacity.tier: capacity.seats for capacity in compute_capacity()}
    seats = {
        tier.pk: min(SEATS[min(place, 3)], computed.get(tier.pk) or SEATS[min(place, 3)])
        for place, tier in enumerate(tiers)
    }
    publish_caps(
        actor=marketer, seats=seats, note="What three marketers, two designers and this year's money can carry."
    )


def build_clusters(marketer: User, story: Story, company: Company) -> None:
    """One cluster per problem, led by marketers; members are accounts of the second tier that name the problem."""
    accounts = by_key(story)
    second = active_tiers()[1]
    owners = [company.user("marketer").person, company.user("marketer2").person]
    for number, (tag, (name, problem)) in enumerate(PROBLEMS.items()):
        cluster = create_cluster(
            actor=marketer, name=name, problem=problem, problem_tag=tag, owner=owners[number % 2], target_size=10
        )
        for account in _sharing(story, accounts, tag, second.pk)[:MEMBERS]:
            add_to_cluster(actor=marketer, cluster=cluster, account=account)


def _sharing(story: Story, accounts: dict[str, Account], tag: str, tier: int) -> list[Account]:
    held = set(
        Account.objects.filter(
            placements__tier_id=tier, placements__until__isnull=True, placements__voided_at__isnull=True
        ).values_list("pk", flat=True)
    )
    return [accounts[c.key] for c in story.companies if c.problem == tag and accounts[c.key].pk in held]

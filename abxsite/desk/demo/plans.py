"""What the demo's marketers set up: targets, entitlements, people, budget, published caps, clusters."""

from datetime import date
from decimal import Decimal

from abxsite.desk.demo.cast import WORKERS, Company
from abxsite.desk.demo.facts import by_key
from abxsite.desk.demo.names import PROBLEMS
from abxsite.desk.demo.story import Story
from abxsite.lib.clock import add_months, quarter_start
from abxsite.users.models import Person, User
from accounts.facts import Condition
from accounts.models import Account, Cluster
from accounts.services.checklists import tick_item
from accounts.services.clusters import add_to_cluster, create_cluster
from entitlements.models import WorkRole
from entitlements.services.budgets import set_budget
from entitlements.services.capacity import compute_capacity, publish_caps
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.people import add_worker
from tiering.choices import RuleKind
from tiering.models import Placement
from tiering.services.icp import save_rules
from tiering.services.runs import run_to_end
from tiering.services.setup import accept, apply_setup, propose_setup
from tiering.services.tiers import active_tiers, change_tier

#: Dollars a year, by the tier's place from the top.
BUDGET_A_YEAR = (560_000, 360_000, 190_000, 90_000)
#: Seats that a tier of the demo holds at most, whatever hours and money would carry.
SEATS = (12, 40, 140, 300)
#: Members of each cluster, in the order of the problems.
MEMBERS = (12, 11, 8, 6)
#: The ideal customer, as the marketers wrote it down: kind, condition, why.
PROFILE = (
    (RuleKind.MUST, Condition("employees", "gte", 100), "Smaller crews plan on a whiteboard, and are happy with it."),
    (RuleKind.NICE, Condition("technologies", "any", ["Maximo", "SAP PM"]), "We connect to both out of the box."),
    (RuleKind.EXCLUDE, Condition("industry", "in", ["Retail"]), "They buy one season and leave in the next."),
)
#: How far the content of each cluster has come: items done so far.
CONTENT_DONE = (4, 2, 1, 0)


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
    for kind, condition, note in PROFILE:
        save_rules(actor=marketer, kind=kind, conditions=[condition], note=note)


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
    """One cluster per problem, led by marketers; members name the problem and are on the list, the top tiers first."""
    accounts = by_key(story)
    owners = [company.user("marketer").person, company.user("marketer2").person]
    for number, (tag, (name, problem)) in enumerate(PROBLEMS.items()):
        cluster = create_cluster(
            actor=marketer, name=name, problem=problem, problem_tag=tag, owner=owners[number % 2], target_size=10
        )
        for account in _sharing(story, accounts, tag)[: MEMBERS[number]]:
            add_to_cluster(actor=marketer, cluster=cluster, account=account)
        for item in cluster.items.all()[: CONTENT_DONE[number]]:
            tick_item(actor=marketer, item=item, done=True)
    _add_odd_one(marketer, story, accounts)


def seat_in_clusters(marketer: User) -> None:
    """From now on a seat of the second tier is a place in a cluster; an open review keeps what it froze."""
    change_tier(actor=marketer, tier=active_tiers()[1], clustered=True)


def _add_odd_one(marketer: User, story: Story, accounts: dict[str, Account]) -> None:
    """Somebody wanted one more grid company in, which names no grid problem."""
    cluster = Cluster.objects.get(problem_tag="tender-wave")
    odd = _sharing(story, accounts, "scrap-rate")[MEMBERS[3] :][:1]
    for account in odd:
        add_to_cluster(actor=marketer, cluster=cluster, account=account)


def _sharing(story: Story, accounts: dict[str, Account], tag: str) -> list[Account]:
    """Accounts on the list that name the problem, the top tiers first."""
    held = dict(
        Placement.objects.base().open().order_by("tier__order").values_list("account_id", "tier__order")
    )  # fmt: skip
    found = [accounts[c.key] for c in story.companies if c.problem == tag and accounts[c.key].pk in held]
    return sorted(found, key=lambda account: (held[account.pk], account.pk))

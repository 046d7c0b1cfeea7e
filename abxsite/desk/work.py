"""What waits for one person: the parts of My work that lie outside the reviews, and the first steps of a workspace."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, QuerySet

from abxsite.lib import clock
from abxsite.users.choices import Role
from abxsite.users.models import Notification, User
from accounts.choices import ImportStage
from accounts.models import Account, DataTask, ImportJob
from accounts.policies import may_import
from accounts.unmatched import count_hints
from entitlements.choices import DeliveryState
from entitlements.models import Delivery
from reviews.models import Cycle
from tiering.choices import ScorecardStatus
from tiering.models import Scorecard
from tiering.quality.freshness import labels_of
from tiering.quality.measure import asked_of
from tiering.services.runs import current_run
from tiering.services.settings import current_settings

AHEAD = timedelta(days=14)
NEWS = timedelta(days=30)


@dataclass(frozen=True)
class Step:
    """One first step of an empty workspace, done or to do."""

    title: str
    text: str
    url: str
    done: bool


@dataclass(frozen=True)
class Asked:
    """A data task with the name of its fact; `seen`: the account may be opened."""

    task: DataTask
    label: str
    seen: bool


def deliveries_due(user: User) -> QuerySet[Delivery]:
    """Mine, overdue or due within two weeks, oldest first."""
    mine = Delivery.objects.filter(person=user.person, state=DeliveryState.DUE, due_on__lte=clock.today() + AHEAD)
    return mine.select_related("entitlement", "account", "cluster").order_by("due_on", "id")


def imports_waiting(user: User) -> QuerySet[ImportJob]:
    """My imports that need a decision: their columns, the word to apply or undo, or rows that could mean several."""
    waiting = Q(stage__in=(ImportStage.MAPPING, ImportStage.REVIEW, ImportStage.UNDO_READY))
    return ImportJob.objects.filter(waiting | Q(stage=ImportStage.APPLIED, counts__conflict__gt=0), actor=user)


def hints_waiting(user: User) -> int:
    """Companies that signals name and nobody knows, for those who link them; counted up to MOST_COUNTED + 1."""
    return count_hints() if may_import(user) else 0


def data_tasks(user: User, most: int) -> list[Asked]:
    """Facts that I shall find out, what is due first; without a day after those with one."""
    mine = DataTask.objects.filter(owner=user.person, done_at__isnull=True)
    ordered = mine.select_related("account", "opened_by__person").order_by(F("due_on").asc(nulls_last=True), "id")
    tasks = list(ordered[:most])
    run = current_run() if tasks else None
    labels = labels_of({task.field for task in tasks}, asked_of(run) if run else ())
    visible = DataTask.objects.visible_to(user).filter(pk__in=[task.pk for task in tasks])
    seen = set(visible.values_list("pk", flat=True))
    return [Asked(task, labels[task.field], task.pk in seen) for task in tasks]


def unread(user: User) -> QuerySet[Notification]:
    """News of the last month; older news is none."""
    recent = clock.now() - NEWS
    return Notification.objects.filter(person=user.person, read_at__isnull=True, created_at__gte=recent)


def first_steps(user: User, urls: dict[str, str]) -> list[Step]:
    """What is left to do before the first review; empty when all is done or the person cannot do it."""
    if not user.has_role(Role.ADMIN, Role.MARKETER):
        return []
    steps = [
        Step("Bring your accounts in", "A CSV file from the CRM; then the opportunities.", urls["import"],
             Account.objects.exists()),
        Step("Say what you sell, to whom", "abxsite proposes tiers, caps and a scorecard from your own wins.",
             urls["setup"], current_settings().setup_done),
        Step("Publish the scorecard", "Five to eight criteria that people can read.", urls["scorecard"],
             Scorecard.objects.filter(status=ScorecardStatus.PUBLISHED).exists()),
        Step("Open the first review", "Sales and marketing approve or veto each move.", urls["reviews"],
             Cycle.objects.exists()),
    ]  # fmt: skip
    return [] if all(step.done for step in steps) else steps

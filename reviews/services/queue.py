"""What waits for whom. One place says it, for the queue, My work and the counts in the navigation."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from abxsite.lib import clock
from abxsite.users.choices import Role
from abxsite.users.models import User
from accounts.models import ClusterMembership
from reviews import policies
from reviews.choices import CycleStatus, Side, VerdictKind
from reviews.models import Cycle, MoveSigner, Verdict
from tiering.choices import OPEN_MOVES, MoveState
from tiering.models import Move, Tier

SHOWN = 60


def waiting_for(user: User) -> QuerySet[Move]:
    """Moves of open reviews that this person is asked to sign and has not: neither decided nor snoozed."""
    return _open_to_decide().filter(state=MoveState.PENDING).filter(_asked(user, snoozed=False))


def snoozed_by(user: User) -> QuerySet[Move]:
    return _open_to_decide().filter(state=MoveState.PENDING).filter(_asked(user, snoozed=True))


def disputes_for(user: User) -> QuerySet[Move]:
    """Disputes that wait for a leader's word."""
    if not user.has_role(Role.LEADER):
        return Move.objects.none()
    live = (CycleStatus.OPEN, CycleStatus.CLOSING)
    return Move.objects.filter(state=MoveState.DISPUTED, proposal__cycle__status__in=live)


def _open_to_decide() -> QuerySet[Move]:
    return Move.objects.filter(proposal__cycle__status=CycleStatus.OPEN, proposal__cycle__closes_on__gte=clock.today())


def _asked(user: User, snoozed: bool) -> Q:
    signer = MoveSigner.objects.filter(
        move=OuterRef("pk"), side=Side.SALES, person_id__in=policies.signs_for(user.person)
    )
    sales = Q(Exists(signer.filter(required=True))) & _undecided(user, Side.SALES, Side.MARKETING, snoozed)
    marketing = ~Q(Exists(signer)) & _undecided(user, Side.MARKETING, Side.SALES, snoozed)
    if not user.has_role(Role.MARKETER):
        members = ClusterMembership.objects.filter(
            account=OuterRef("account_id"), until__isnull=True, cluster__owner=user.person
        )
        marketing &= Q(Exists(members))
    return sales | marketing


def _undecided(user: User, side: str, other: str, snoozed: bool) -> Q:
    standing = Verdict.objects.standing().filter(move=OuterRef("pk"))
    asleep = Exists(standing.filter(side=side, kind=VerdictKind.SNOOZE, snoozed_until__gt=clock.today()))
    decided = Exists(Verdict.objects.decided().filter(move=OuterRef("pk"), side=side))
    signed_other = Exists(Verdict.objects.decided().filter(move=OuterRef("pk"), side=other, by=user))
    return ~Q(decided) & ~Q(signed_other) & (Q(asleep) if snoozed else ~Q(asleep))


# The list beside the card


@dataclass(frozen=True)
class Row:
    """One line of the queue. `delta` is now minus then in total units, None without a score before."""

    move: Move
    delta: int | None
    word: str = ""
    done: bool = False
    off_list: bool = False

    @property
    def to_tier(self) -> Tier | None:
        """The tier on the table: `off_list` where it was amended to none, else as amended or proposed."""
        return None if self.off_list else self.move.final_tier or self.move.to_tier


@dataclass
class Section:
    """`more` rows are left out to keep the page quick."""

    key: str
    title: str
    rows: list[Row] = field(default_factory=list)
    more: int = 0
    total: int = 0


@dataclass
class Queue:
    """The sections of one person's queue in one review, and what has been decided."""

    cycle: Cycle
    sections: list[Section]
    decided_by_me: int = 0
    asked: int = 0
    up: int = 0
    down: int = 0

    @property
    def ids(self) -> list[int]:
        """In the order of the list: what `j` and `k` walk."""
        return [row.move.pk for section in self.sections for row in section.rows]

    @property
    def waiting(self) -> list[int]:
        return [row.move.pk for section in self.sections if section.key in WAITS for row in section.rows]

    @property
    def waiting_total(self) -> int:
        return sum(section.total for section in self.sections if section.key in WAITS)

    def place_of(self, move_id: int) -> int | None:
        """The place among what waits, from 1."""
        return self.waiting.index(move_id) + 1 if move_id in self.waiting else None

    def neighbours(self, move_id: int) -> tuple[int | None, int | None]:
        ids = self.ids
        if move_id not in ids:
            return None, ids[0] if ids else None
        at = ids.index(move_id)
        return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)

    def after(self, move_id: int) -> int | None:
        """What comes up once `move_id` is decided: the next that waits, from the top again at the end."""
        ids, waiting = self.ids, self.waiting
        later = ids[ids.index(move_id) + 1 :] if move_id in ids else []
        candidates = [pk for pk in later if pk in set(waiting)] or [pk for pk in waiting if pk != move_id]
        return candidates[0] if candidates else None


WAITS = frozenset({"disputes", "waiting"})
TITLES = {
    "disputes": "For you to settle",
    "waiting": "Waiting for you",
    "object": "You may object",
    "snoozed": "Snoozed",
    "decided": "Decided by you",
    "others": "With others",
    "settled": "Settled",
}


def queue_for(user: User, cycle: Cycle, everything: bool = False) -> Queue:
    """Every move of the review that the person sees, each in the first section that it belongs to."""
    moves = _rows(user, cycle)
    said = {
        verdict.move_id: verdict
        for verdict in Verdict.objects.standing().filter(move__proposal__cycle=cycle, by=user).order_by("id")
    }
    homes = _homes(user, cycle)
    standing = Verdict.objects.standing().filter(move__proposal__cycle=cycle, kind=VerdictKind.AMEND)
    off_list = set(standing.filter(to_tier=None).values_list("move_id", flat=True))
    sections = {key: Section(key, title) for key, title in TITLES.items()}
    for move, delta in moves:
        key = _section_of(move, homes, said.get(move.pk))
        section = sections[key]
        section.total += 1
        word, done = _word(move, key, said.get(move.pk)), key in ("decided", "settled")
        section.rows.append(Row(move, delta, word, done, move.pk in off_list))
    queue = Queue(cycle, [section for section in sections.values() if section.total])
    queue.decided_by_me = sections["decided"].total
    queue.asked = queue.decided_by_me + sum(sections[key].total for key in ("disputes", "waiting", "snoozed"))
    queue.up = sum(move.is_up for move, _ in moves)
    queue.down = len(moves) - queue.up
    if not everything:
        for section in queue.sections:
            section.more = max(0, section.total - SHOWN)
            section.rows = section.rows[:SHOWN]
    return queue


def _rows(user: User, cycle: Cycle) -> list[tuple[Move, int | None]]:
    mine = MoveSigner.objects.filter(move=OuterRef("pk"), person_id__in=policies.signs_for(user.person))
    seen = Move.objects.filter(proposal__cycle=cycle)
    seen = seen.filter(Q(pk__in=seen.visible_to(user).values("pk")) | Q(Exists(mine)))
    rows = (
        seen.select_related("account", "from_tier", "to_tier", "final_tier")
        .defer("evidence", "account__description", "account__custom")
        .annotate(now_total=KT("evidence__total"), then_total=KT("evidence__previous__total"))
        .order_by("order", "pk")
    )
    return [(move, _difference(move.now_total, move.then_total)) for move in rows]


def _difference(now: Any, then: Any) -> int | None:
    return int(now) - int(then) if now is not None and then is not None else None


def _homes(user: User, cycle: Cycle) -> dict[str, set[int]]:
    def ids(moves: QuerySet[Move]) -> set[int]:
        return set(moves.filter(proposal__cycle=cycle).values_list("pk", flat=True))

    optional = MoveSigner.objects.filter(
        move__proposal__cycle=cycle,
        side=Side.SALES,
        required=False,
        person_id__in=policies.signs_for(user.person),
        move__state__in=OPEN_MOVES,
    )
    open_now = not policies.closed_sentence(cycle)
    return {
        "disputes": ids(disputes_for(user)),
        "waiting": ids(waiting_for(user)),
        "snoozed": ids(snoozed_by(user)),
        "object": set(optional.values_list("move_id", flat=True)) if open_now else set(),
    }


def _section_of(move: Move, homes: dict[str, set[int]], said: Verdict | None) -> str:
    for key in ("disputes", "waiting"):
        if move.pk in homes[key]:
            return key
    if said is not None and said.kind not in (VerdictKind.SNOOZE, VerdictKind.WITHDRAW):
        return "decided"
    for key in ("snoozed", "object"):
        if move.pk in homes[key]:
            return key
    return "others" if move.state in OPEN_MOVES else "settled"


def _word(move: Move, key: str, said: Verdict | None) -> str:
    if key == "settled":
        return str(move.get_state_display()).lower()
    if key == "decided" and said is not None:
        return str(said.get_kind_display()).lower()
    if key == "snoozed" and said is not None and said.snoozed_until:
        return f"{said.snoozed_until:%-d %b}"
    if move.state != MoveState.PENDING:
        return str(move.get_state_display()).lower()
    if move.group is not None:
        return "linked"
    return "new" if move.from_tier_id is None else ""


def last_decided(user: User, cycle: Cycle) -> Verdict | None:
    """What `u` takes back: the newest thing this person said here that still stands."""
    mine = Verdict.objects.standing().filter(move__proposal__cycle=cycle, by=user)
    return mine.exclude(kind=VerdictKind.WITHDRAW).exclude(side=Side.LEADER).order_by("-id").first()


def progress(cycle: Cycle) -> list[dict[str, Any]]:
    """Who has decided how much: each signer of sales, and marketing as one."""
    required = MoveSigner.objects.filter(move__proposal__cycle=cycle, required=True)
    decided = Verdict.objects.decided().filter(move=OuterRef("move_id"), side=OuterRef("side"))
    rows: dict[int | None, dict[str, Any]] = {}
    for signer in required.select_related("person").annotate(done=Exists(decided)).order_by("person__name"):
        row = rows.setdefault(signer.person_id, {"person": signer.person, "total": 0, "done": 0})
        row["total"] += 1
        row["done"] += bool(signer.done)
    return sorted(rows.values(), key=lambda row: (row["done"] == row["total"], row["person"] is None, -row["total"]))


def next_review(cycle: Cycle) -> date:
    """The first day of the next quarter, when the next quarterly review is due."""
    return clock.add_months(clock.quarter_start(cycle.closes_on), 3)

"""What the queue and the card are drawn from."""

from typing import Any

from django.forms import Form
from django.urls import reverse

from abxsite.lib import clock
from abxsite.lib.errors import Conflict
from abxsite.lib.http import AuthenticatedRequest
from accounts.models import Account
from entitlements.choices import DeliveryState
from entitlements.models import Delivery
from reviews import policies
from reviews.cards import read_card
from reviews.choices import DECIDING, CycleStatus, Side, VerdictKind
from reviews.models import Cycle, MoveSigner, Verdict
from reviews.policies import MoveFacts, Right, Sight, SignerBook
from reviews.services.queue import Queue, last_decided, next_review, queue_for
from tiering.models import Move, Tier
from tiering.services.settings import current_settings

#: The field that numbers pick, by panel.
CHOICE_OF = {"veto": "reason", "amend": "to_tier", "settle": "kind"}


def queue_context(
    request: AuthenticatedRequest, cycle: Cycle, *, queue: Queue | None = None, spoken: str = "", bulk: bool = False
) -> dict[str, Any]:
    """`queue`, `cycle`, what the last word was, and what the person has decided so far."""
    everything = bulk or "all" in request.GET
    queue = queue or queue_for(request.user, cycle, everything)
    context = {
        "cycle": cycle,
        "queue": queue,
        "spoken": spoken,
        "undo": last_decided(request.user, cycle) if cycle.status == CycleStatus.OPEN else None,
        "days_left": max(0, (cycle.closes_on - clock.today()).days),
        "closed": policies.closed_sentence(cycle),
        "runs_reviews": policies.runs_reviews(request.user),
        "next_review": next_review(cycle),
    }
    if not queue.waiting:
        context["tally"] = _tally(request, cycle)
    if bulk:
        context |= _bulk(queue)
    else:
        context["bulk_count"] = len(_one_sided(queue)) if policies.runs_reviews(request.user) else 0
    return context


def _tally(request: AuthenticatedRequest, cycle: Cycle) -> list[tuple[str, int]]:
    """`[("approved", 16), ("vetoed", 5)]`: what this person said here."""
    mine = Verdict.objects.decided().filter(move__proposal__cycle=cycle, by=request.user)
    counts: dict[str, int] = {}
    for kind in mine.values_list("kind", flat=True):
        word = VerdictKind(kind).label.lower()
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _one_sided(queue: Queue) -> list[int]:
    waiting = queue.waiting
    signed = MoveSigner.objects.filter(move_id__in=waiting, side=Side.SALES, required=True)
    both = set(signed.values_list("move_id", flat=True))
    return [pk for pk in waiting if pk not in both]


def _bulk(queue: Queue) -> dict[str, Any]:
    chosen = set(_one_sided(queue))
    rows = [row for section in queue.sections for row in section.rows if row.move.pk in chosen]
    last: dict[int, int] = {}
    for pk, move in Verdict.objects.filter(move_id__in=chosen).order_by("id").values_list("pk", "move_id"):
        last[move] = pk
    return {"rows": [(row, last.get(row.move.pk, 0)) for row in rows]}


def card_context(
    request: AuthenticatedRequest,
    move: Move,
    *,
    queue: Queue | None = None,
    panel: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
    spoken: str = "",
) -> dict[str, Any]:
    """Everything of `queue_context`, and the card of `move`: what it shows, who said what, what may be done."""
    cycle: Cycle = move.proposal.cycle
    context = queue_context(request, cycle, queue=queue, spoken=spoken)
    facts = MoveFacts.read(Move.objects.get(pk=move.pk))
    move.state = facts.move.state
    right = policies.right_of(request.user, facts)
    tiers = {tier.pk: tier for tier in Tier.objects.all()}
    target = policies.target_of(move, facts)
    queue = context["queue"]
    previous, following = queue.neighbours(move.pk)
    full = policies.sight_of(request.user, move) == Sight.FULL
    return context | {
        "move": move,
        "full": full,
        "card": read_card(move, target, tiers),
        "target": target,
        "facts": facts,
        "right": right,
        "said": _said(request, facts, right, cycle),
        "mine": facts.standing.get(right.side) if right.side else None,
        "may_dispute": _may_dispute(facts, right),
        "place": queue.place_of(move.pk),
        "previous": previous,
        "following": following,
        "panel": panel,
        "form": form,
        "conflict": _conflict(facts, form) if conflict else None,
        "conflict_url": reverse(f"move_{panel or 'approve'}", args=[move.pk]),
        "opens_account": policies.sees_account(request.user, move),
        "deliveries": _deliveries(move) if full else None,
        "linked": _linked(request, move),
        **_panel(move, panel, form),
    }


def _panel(move: Move, panel: str, form: Form | None) -> dict[str, Any]:
    """Of the panel's form: the choice that numbers pick, and the other fields."""
    if not panel or form is None:
        return {}
    names = [name for name in form.fields if name not in ("seen", CHOICE_OF.get(panel))]
    return {
        "panel_url": reverse(f"move_{panel}", args=[move.pk]),
        "verb": panel.capitalize(),
        "choices": form[CHOICE_OF[panel]] if panel in CHOICE_OF else None,
        "fields": [form[name] for name in names],
    }


def _said(request: AuthenticatedRequest, facts: MoveFacts, right: Right, cycle: Cycle) -> list[dict[str, Any]]:
    """Marketing, sales, leader: what each said, or who is asked and when that passes on."""
    rows = []
    for side in (Side.MARKETING, Side.SALES, Side.LEADER):
        verdict, signer = facts.standing.get(side), facts.signers.get(side)
        if verdict is None and signer is None:
            continue
        decided = verdict is not None and verdict.kind in DECIDING
        author = verdict.by.person if verdict and decided and verdict.by else None
        rows.append(
            {
                "side": side,
                "verdict": verdict if verdict is not None and verdict.kind != VerdictKind.WITHDRAW else None,
                "decided": decided,
                "signer": signer,
                "mine": right.side == side,
                "person": author or (signer.person if signer and not decided else None),
            }
        )
    passes = _passes(facts, cycle)
    return [row | {"passes": passes if row["side"] == Side.SALES and not row["decided"] else None} for row in rows]


def _passes(facts: MoveFacts, cycle: Cycle) -> dict[str, Any] | None:
    """To whom and when silence of sales passes (R4)."""
    sales = facts.signers.get(Side.SALES)
    if sales is None or not sales.required or cycle.status != CycleStatus.OPEN:
        return None
    settings = current_settings()
    account = Account.objects.select_related("owner").get(pk=facts.move.account_id)
    if sales.passed_from_id:
        return {"came_from": sales.passed_from, "on": sales.since}
    following = SignerBook.load(settings).next_after(account, sales.person_id)
    person = policies.person_named(following)
    return {"to": person, "on": policies.passes_on(cycle, settings)} if person else None


def _may_dispute(facts: MoveFacts, right: Right) -> bool:
    if right.side is None:
        return False
    other = facts.standing.get(Side.MARKETING if right.side == Side.SALES else Side.SALES)
    mine = facts.standing.get(right.side)
    return bool(other and other.kind == VerdictKind.VETO) and not (mine and mine.kind == VerdictKind.DISPUTE)


def _conflict(facts: MoveFacts, form: Form | None) -> dict[str, Any]:
    """Who said what meanwhile, and what is needed to say one's own all the same."""
    last = facts.last_event
    fields = {name: value for name, value in (form.data.items() if form else ()) if name != "csrfmiddlewaretoken"}
    return {
        "who": policies.said_by(last) if last else "Somebody",
        "verb": str(last.get_kind_display()).lower() if last else "changed",
        "side": last.get_side_display() if last else "",
        "at": last.at if last else None,
        "sentence": last.sentence if last else "",
        "fields": fields | {"seen": facts.seen},
    }


def _deliveries(move: Move) -> dict[str, int]:
    planned = Delivery.objects.filter(account_id=move.account_id).exclude(state=DeliveryState.CANCELLED)
    states = list(planned.filter(due_on__lte=clock.today()).values_list("state", flat=True))
    done = Delivery.objects.filter(account_id=move.account_id, state=DeliveryState.DONE).count()
    return {"done": done, "planned": max(done, len(states)), "ahead": planned.filter(due_on__gt=clock.today()).count()}


def _linked(request: AuthenticatedRequest, move: Move) -> list[Move]:
    """The other moves of its group that this person may see at all."""
    if move.group is None:
        return []
    others = Move.objects.filter(proposal_id=move.proposal_id, group=move.group).exclude(pk=move.pk)
    related = others.select_related("account", "from_tier", "to_tier").defer("evidence").order_by("order")
    return [other for other in related if policies.sight_of(request.user, other)]

"""Counts above the account list. In a large workspace they come after the page, and are kept for half a minute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from abxsite.desk import account_list as lists
from abxsite.desk.account_rows import stale_before
from abxsite.desk.filters import ListFilter
from abxsite.lib import clock
from abxsite.lib.remembered import remembered
from abxsite.users.models import User
from accounts.models import Contact
from entitlements.models import Delivery
from tiering.choices import OPEN_MOVES, Deck
from tiering.models import Move, Run

#: From here on the page does not wait for its counts.
LARGE: Final = 20_000
KEPT_SECONDS: Final = 30


def is_large() -> bool:
    """By the planner's estimate, which is good enough to choose a way and is never shown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'accounts_account'::regclass")
        return bool(cursor.fetchone()[0] > LARGE)


@dataclass(frozen=True)
class Counter:
    """Counts for one person on one page. `scope` names who sees the same; `keep` whether answers are kept a moment."""

    user: User
    run: Run | None
    scope: str
    keep: bool

    def matching(self, asked: ListFilter, query: str) -> int:
        """How many match, up to the cap."""
        return self._kept(f"list {query}", lists.matching(self.user, self.run, asked))

    def metric(self, label: str, accounts: QuerySet[Any]) -> int:
        return self._kept(f"metric {label}", accounts)

    def _kept(self, what: str, accounts: QuerySet[Any]) -> int:
        if not self.keep:
            return lists.capped_count(accounts)
        name = sha256(f"{self.scope} {what}".encode()).hexdigest()[:32]
        return remembered(f"abx-count-{name}", KEPT_SECONDS, lambda: lists.capped_count(accounts))


def counter(user: User, run: Run | None, large: bool) -> Counter:
    """Each person keeps their own, per run: what they see differs, and "mine" is somebody else."""
    return Counter(user, run, f"{user.pk} {run.pk if run else 0}", keep=large)


def metrics(counter: Counter, url: Callable[..., str], current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Counts above the list that filter on click; each over what the person sees."""
    accounts = lists.base(counter.user, counter.run)
    touched = Contact.objects.filter(account=OuterRef("pk"), last_contact_on__isnull=False, left_on__isnull=True)
    pending = Move.objects.filter(account=OuterRef("pk"), state__in=OPEN_MOVES)
    late = Delivery.objects.overdue(clock.today()).filter(account=OuterRef("pk"))
    kinds: list[tuple[str, dict[str, str], Q]] = [
        ("Target list", {"tier": "list"}, Q(seat__tier__isnull=False)),
        ("Pending moves", {"move": "pending"}, Q(Exists(pending))),
        ("On deck", {"deck": "any"}, Q(standing__deck__gt="")),
        ("Find out first", {"deck": Deck.FIND_OUT_FIRST.value}, Q(standing__deck=Deck.FIND_OUT_FIRST)),
        ("Never touched", {"touched": "never"}, Q(~Exists(touched))),
        ("Stale insight", {"insight": "stale"}, Q(insight_on__lt=stale_before())),
        ("Delivery overdue", {"delivery": "overdue"}, Q(Exists(late))),
    ]
    result = []
    for label, query, condition in kinds:
        count = counter.metric(label, accounts.filter(condition))
        on = all(current.get(key) == value for key, value in query.items())
        text = lists.count_text(count)
        result.append({"label": label, "count": count, "text": text, "url": url(**query), "current": on})
    return result

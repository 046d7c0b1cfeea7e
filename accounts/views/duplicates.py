"""Accounts that look alike: the work list, the search, the side-by-side merge, and its undo."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.choices import PairState
from accounts.duplicates import FILTERS, PAGE, REASONS, count_text, pairs, reasons_of
from accounts.forms import AccountField
from accounts.merge_handlers import registered
from accounts.models import Account, AccountMerge, DuplicatePair, DuplicateScan
from accounts.services import duplicates as services
from accounts.services import merge as merges
from accounts.services.merge_fields import label_of, rows_of

MERGES_SHOWN = 100


def _keeper(request: AuthenticatedRequest) -> None:
    if not policies.may_merge(request.user):
        raise PermissionDenied


class PickForm(forms.Form):
    other = AccountField(label="Which account is the same company?", help_text="Its name or domain.")

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].accounts = accounts  # type: ignore[attr-defined]


@require_GET
def duplicate_list(request: AuthenticatedRequest) -> HttpResponse:
    _keeper(request)
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    state = PairState.DISMISSED if request.GET.get("state") == PairState.DISMISSED else PairState.OPEN
    reason, text = request.GET.get("reason", ""), request.GET.get("q", "")
    found = pairs(state=state, reason=reason, text=text)
    rows = list(found[(page - 1) * PAGE : page * PAGE + 1])
    query = {name: request.GET[name] for name in ("state", "reason", "q") if request.GET.get(name)}
    context = {
        "pairs": [(pair, reasons_of(pair)) for pair in rows[:PAGE]],
        "state": state,
        "reason": reason,
        "text": text,
        "reasons": [(code, REASONS[code][0].capitalize()) for code in FILTERS],
        "filtered": bool(reason or text),
        "scan": DuplicateScan.objects.first(),
        "previous_url": _turn(query, page - 1) if page > 1 else "",
        "next_url": _turn(query, page + 1) if len(rows) > PAGE else "",
        "shown": f"{(page - 1) * PAGE + 1}–{(page - 1) * PAGE + len(rows[:PAGE])} of {count_text(found)}",
        "tabs": _tabs(state),
    }
    return render(request, "accounts/duplicate_list.html", context)


def _tabs(current: str) -> list[dict[str, Any]]:
    url = reverse("duplicate_list")
    return [
        {"label": "To decide", "url": url, "count": count_text(pairs()), "current": current == PairState.OPEN},
        {"label": "Not the same", "url": f"{url}?state=dismissed", "current": current == PairState.DISMISSED},
        {"label": "Merged", "url": reverse("merge_list"), "current": current == "merged"},
    ]


def _turn(query: dict[str, str], page: int) -> str:
    return f"{reverse('duplicate_list')}?{urlencode(query | {'page': str(page)})}"


@require_POST
def duplicate_dismiss(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Not the same; with `again` it is asked again."""
    _keeper(request)
    pair = get_object_or_404(DuplicatePair.objects.select_related("low", "high"), pk=pk)
    dismissed = "again" not in request.POST
    services.dismiss_pair(actor=request.user, pair=pair, dismissed=dismissed)
    words = "are two companies. Nobody is asked again." if dismissed else "stand in the list again."
    messages.success(request, f"{pair.low.name} and {pair.high.name} {words}")
    return redirect(f"{reverse('duplicate_list')}{'' if dismissed else '?state=dismissed'}")


@require_POST
def duplicate_scan(request: AuthenticatedRequest) -> HttpResponse:
    _keeper(request)
    services.start_scan(actor=request.user)
    return redirect("duplicate_list")


@require_GET
def duplicate_scan_progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The progress panel; the page itself again when the search has ended."""
    _keeper(request)
    scan = get_object_or_404(DuplicateScan, pk=pk)
    if not scan.is_active:
        return redirect("duplicate_list")
    return render(request, "accounts/duplicate_list.html#scan", {"scan": scan})


@require_POST
def duplicate_scan_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    _keeper(request)
    services.cancel_scan(actor=request.user, scan=get_object_or_404(DuplicateScan, pk=pk))
    return redirect("duplicate_list")


@require_http_methods(["GET", "POST"])
def account_merge_pick(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Choose the double of an account by its name or domain."""
    _keeper(request)
    visible = Account.objects.visible_to(request.user).present()
    account = get_object_or_404(visible, pk=pk)
    form = PickForm(request.POST or None, accounts=visible.exclude(pk=pk))
    if request.method == "POST" and form.is_valid():
        return redirect("account_merge", account.pk, form.cleaned_data["other"].pk)
    near = DuplicatePair.objects.filter(Q(low=account) | Q(high=account), state=PairState.OPEN)
    rows = near.filter(low__merged_into__isnull=True, high__merged_into__isnull=True).select_related("low", "high")
    others = [(pair.high if pair.low_id == pk else pair.low, reasons_of(pair)) for pair in rows[:10]]
    context = {"account": account, "form": form, "others": others}
    return render(request, "accounts/merge_pick.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def account_merge(request: AuthenticatedRequest, pk: int, other: int) -> HttpResponse:
    """Side by side: `pk` stays, `other` is merged into it, fact by fact."""
    _keeper(request)
    visible = Account.objects.visible_to(request.user).select_related("owner", "parent", "merged_into")
    survivor, loser = get_object_or_404(visible, pk=pk), get_object_or_404(visible, pk=other)
    choices = {name.removeprefix("f-"): str(value) for name, value in request.POST.items() if name.startswith("f-")}
    sentence = ""
    if request.method == "POST":
        try:
            merge = merges.merge_accounts(actor=request.user, survivor=survivor, loser=loser, choices=choices)
        except DomainError as error:
            sentence = str(error)
            status = error.status
        else:
            messages.success(request, f"{loser.name} is merged into {survivor.name}.")
            return redirect("merge_detail", merge.pk)
    elif done := _merged_already(survivor, loser):
        return redirect("merge_detail", done.pk)
    rows = rows_of(survivor, loser, choices)
    context = {
        "survivor": survivor,
        "loser": loser,
        "rows": [row for row in rows if not row.same],
        "same": [row.label for row in rows if row.same and row.mine not in (None, "", [])],
        "holdings": _holdings(survivor, loser),
        "told": [line for one in registered().values() for line in one.preview(survivor=survivor, loser=loser)],
        "sentence": sentence,
        "pair": DuplicatePair.objects.filter(low_id=min(pk, other), high_id=max(pk, other)).first(),
    }
    return render(request, "accounts/merge_form.html", context, status=status if sentence else 200)


def _merged_already(survivor: Account, loser: Account) -> AccountMerge | None:
    tombstone = loser if loser.merged_into_id else survivor if survivor.merged_into_id else None
    return AccountMerge.objects.filter(loser=tombstone, undone_at__isnull=True).first() if tombstone else None


#: What each account brings along: words, relation.
HOLDINGS = (
    ("Contacts", "contacts"), ("Opportunities", "opportunities"), ("Signals", "signals"), ("Ties", "ties"),
    ("Buying centers", "buying_centers"), ("Subsidiaries", "subsidiaries"),
)  # fmt: skip


def _holdings(*accounts: Account) -> list[tuple[str, list[int]]]:
    """How much of each kind the accounts have, one statement per kind."""
    found = []
    for words, name in HOLDINGS:
        counted = Account.objects.filter(pk__in=[one.pk for one in accounts]).annotate(n=Count(name))
        counts = dict(counted.values_list("pk", "n"))
        found.append((words, [counts.get(one.pk, 0) for one in accounts]))
    return [(words, numbers) for words, numbers in found if any(numbers)]


@require_GET
def merge_list(request: AuthenticatedRequest) -> HttpResponse:
    _keeper(request)
    rows = AccountMerge.objects.select_related("survivor", "loser", "actor__person", "undone_by__person")
    context = {"merges": rows[:MERGES_SHOWN], "shown": MERGES_SHOWN, "tabs": _tabs("merged")}
    return render(request, "accounts/merge_list.html", context)


@require_GET
def merge_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What a merge did, and its undo."""
    _keeper(request)
    rows = AccountMerge.objects.select_related("survivor__merged_into", "loser", "actor__person", "undone_by__person")
    merge = get_object_or_404(rows, pk=pk)
    facts = [(label_of(name), merge.before.get(name), value) for name, value in merge.after.items() if name in PLAIN]
    others = [label_of(name) for name in merge.after if name not in PLAIN]
    context = {"merge": merge, "facts": facts, "others": others, "counts": merge.counts}
    return render(request, "accounts/merge_detail.html", context)


#: Facts whose stored value reads as it is; of the others only the name is told.
PLAIN = frozenset(
    {"name", "domain", "website", "industry", "country", "region", "city", "employees", "revenue", "year_founded",
     "status"}
)  # fmt: skip


@require_POST
def merge_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    _keeper(request)
    merge = get_object_or_404(AccountMerge.objects.select_related("survivor", "loser"), pk=pk)
    undone = merges.undo_merge(actor=request.user, merge=merge)
    if undone.left:
        messages.warning(request, f"{merge.loser.name} is back. Not everything could return: see below.")
    else:
        messages.success(request, f"{merge.loser.name} and {merge.survivor.name} are as they were.")
    return redirect("merge_detail", pk)

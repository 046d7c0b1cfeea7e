"""Clusters: accounts that share one problem."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts import facts, policies
from accounts.clusters import reading
from accounts.clusters.candidates import wanting
from accounts.clusters.forms import ClusterForm, ItemForm
from accounts.clusters.history import history
from accounts.clusters.overlap import LOAD, loads, overlaps
from accounts.facts import panel
from accounts.forms import MemberForm
from accounts.models import Account, Cluster
from accounts.services import clusters as services
from accounts.views.accounts import attempt

#: A cluster asks for nobody by the cluster that they are in.
NOT_ASKED = frozenset({"cluster_id"})
TABS = (("", "Members"), ("content", "Content"), ("history", "History"))
#: The filters of the list: {key: label}.
STATES = {
    "": "All", "staffed": "Staffed", "unstaffed": "Nobody's", "frozen": "Frozen", "size": "Too few or too many",
    "outliers": "With outliers",
}  # fmt: skip


@require_GET
def cluster_list(request: AuthenticatedRequest) -> HttpResponse:
    """All present clusters; `?show=` filters, `?owner=` too."""
    cards = reading.cards(list(Cluster.objects.present().select_related("owner")))
    chosen = request.GET.get("show", "")
    owner = request.GET.get("owner", "")
    mine = [card for card in cards if not owner or str(card.cluster.owner_id) == owner]
    context = {
        "cards": [card for card in mine if _shows(card, chosen)],
        "any": bool(cards),
        "metrics": _metrics(mine, chosen, owner),
        "owner": next((card.cluster.owner for card in mine), None) if owner else None,
        "overlaps": overlaps([one for one in reading.stated() if not one.frozen])[:6],
        "loads": _loads(cards),
        "most": LOAD,
        "waiting": sum(one.rank == 0 for one in wanting().values()),
        "may_cluster": policies.may_cluster(request.user),
    }
    return render(request, "accounts/cluster_list.html", context)


def _shows(card: reading.Card, chosen: str) -> bool:
    match chosen:
        case "staffed":
            return card.cluster.is_staffed
        case "unstaffed":
            return card.cluster.owner_id is None
        case "frozen":
            return card.cluster.frozen_at is not None
        case "size":
            return card.size_warns
        case "outliers":
            return card.outliers > 0
    return True


def _metrics(cards: list[reading.Card], chosen: str, owner: str) -> list[dict[str, Any]]:
    keep = f"&owner={owner}" if owner else ""
    counts = [(key, label, sum(_shows(card, key) for card in cards)) for key, label in STATES.items()]
    return [
        {"label": label, "count": count, "url": f"?show={key}{keep}", "current": chosen == key}
        for key, label, count in counts
        if count or key in ("", chosen)
    ]


def _loads(cards: list[reading.Card]) -> list[tuple[Any, int]]:
    """Owners who carry more than one person can."""
    owners = {card.cluster.owner_id: card.cluster.owner for card in cards}
    carried = loads(reading.stated())
    return [(owners[pk], n) for pk, n in sorted(carried.items()) if n > LOAD and pk in owners]


@require_http_methods(["GET", "POST"])
def cluster_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The cluster with its members; POST adds a member by name or domain."""
    cluster = get_object_or_404(Cluster.objects.select_related("owner", "merged_into"), pk=pk)
    form = MemberForm(request.POST or None, accounts=Account.objects.visible_to(request.user).present())
    if request.method == "POST" and form.is_valid():
        account: Account = form.cleaned_data["account"]
        added = attempt(form, lambda: services.add_to_cluster(actor=request.user, cluster=cluster, account=account))
        if added is not None:
            messages.success(request, f"{account.name} is in {cluster.name}.")
            return redirect("cluster_detail", cluster.pk)
    tab = request.GET.get("tab", "")
    card = reading.cards([cluster])[0]
    context = {
        "cluster": cluster,
        "card": card,
        "tab": tab,
        "tabs": _tabs(request, cluster, card, tab),
        "smallest": services.SMALLEST,
        "largest": services.LARGEST,
        "most": LOAD,
        "may_cluster": policies.may_cluster(request.user),
        "form": form,
        **_of_tab(request, cluster, tab),
    }
    return render(request, "accounts/cluster_detail.html", context, status=422 if form.errors else 200)


def _tabs(request: AuthenticatedRequest, cluster: Cluster, card: reading.Card, tab: str) -> list[dict[str, Any]]:
    url = reverse("cluster_detail", args=[cluster.pk])
    counts = {"": card.size, "content": f"{card.done} of {card.items}" if card.items else None}
    return [
        {"label": label, "url": url + (f"?tab={key}" if key else ""), "count": counts.get(key), "current": tab == key}
        for key, label in TABS
    ]


def _of_tab(request: AuthenticatedRequest, cluster: Cluster, tab: str) -> dict[str, Any]:
    if tab == "content":
        return {"items": cluster.items.select_related("done_by__person"), "item_form": ItemForm()}
    if tab == "history":
        return {"events": history(request.user, cluster), "past": reading.past_members(request.user, cluster)}
    shown, everybody = reading.members(request.user, cluster)
    takes = policies.may_cluster(request.user) and cluster.frozen_at is None
    return {
        "members": shown,
        "hidden": len(everybody) - len(shown),
        "suggestions": reading.suggestions(request.user, cluster, everybody) if takes else [],
        "asked": [facts.in_words(one) for one in reading.conditions_of(cluster)],
    }


@require_http_methods(["GET", "POST"])
def cluster_create(request: AuthenticatedRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def cluster_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Cluster.objects.select_related("owner"), pk=pk))


def _edit(request: AuthenticatedRequest, cluster: Cluster | None) -> HttpResponse:
    if not policies.may_cluster(request.user):
        raise PermissionDenied
    form = ClusterForm(request.POST or None, cluster=cluster)
    if request.method == "POST" and form.is_valid():
        fields = form.changed_fields()
        if cluster is None:
            saved = attempt(form, lambda: services.create_cluster(actor=request.user, **fields))
        else:
            seen = {"name": request.POST["seen_name"]} if "seen_name" in request.POST else None
            stored = cluster
            saved = attempt(
                form, lambda: services.update_cluster(actor=request.user, cluster=stored, seen=seen, **fields)
            )
        if saved is not None:
            _say_overlaps(request, saved)
            return redirect("cluster_detail", saved.pk)
    context = {"form": form, "cluster": cluster}
    return render(request, "accounts/cluster_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def cluster_conditions(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Whom the cluster suggests, by facts. It suggests, and never adds."""
    if not policies.may_cluster(request.user):
        raise PermissionDenied
    cluster = get_object_or_404(Cluster.objects.present(), pk=pk)
    conditions = reading.conditions_of(cluster)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        conditions, wrong = panel.read(request.POST, NOT_ASKED)
        if not wrong:
            sent = [one.as_json() for one in conditions]
            services.update_cluster(actor=request.user, cluster=cluster, conditions=sent)
            return redirect("cluster_detail", cluster.pk)
    context = {"cluster": cluster, "wrong": wrong, "sections": panel.sections(conditions, wrong, NOT_ASKED)}
    return render(request, "accounts/cluster_conditions.html", context, status=422 if wrong else 200)


def _say_overlaps(request: AuthenticatedRequest, cluster: Cluster) -> None:
    for pair in overlaps([one for one in reading.stated() if not one.frozen]):
        if cluster.pk in (pair.one.pk, pair.other.pk):
            other = pair.other if pair.one.pk == cluster.pk else pair.one
            messages.warning(request, f"{cluster.name} and {other.name}: {pair.reason}. Are they one cluster?")


@require_POST
def cluster_add(request: AuthenticatedRequest, pk: int, account: int) -> HttpResponse:
    """A suggested account joins."""
    cluster = get_object_or_404(Cluster, pk=pk)
    member = get_object_or_404(Account.objects.visible_to(request.user).present(), pk=account)
    services.add_to_cluster(actor=request.user, cluster=cluster, account=member)
    messages.success(request, f"{member.name} is in {cluster.name}.")
    return redirect("cluster_detail", cluster.pk)


@require_POST
def cluster_remove(request: AuthenticatedRequest, pk: int, account: int) -> HttpResponse:
    cluster = get_object_or_404(Cluster, pk=pk)
    member = get_object_or_404(Account.objects.visible_to(request.user), pk=account)
    services.remove_from_cluster(actor=request.user, cluster=cluster, account=member)
    messages.success(request, f"{member.name} has left {cluster.name}.")
    return redirect("cluster_detail", cluster.pk)


@require_POST
def cluster_freeze(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """`frozen` 0 opens it again; a second click changes nothing."""
    cluster = get_object_or_404(Cluster, pk=pk)
    frozen = request.POST.get("frozen") != "0"
    try:
        services.freeze_cluster(actor=request.user, cluster=cluster, frozen=frozen)
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
    else:
        said = "is frozen: it takes nobody and offers no seats" if frozen else "takes members again"
        messages.success(request, f"{cluster.name} {said}.")
    return redirect("cluster_detail", cluster.pk)

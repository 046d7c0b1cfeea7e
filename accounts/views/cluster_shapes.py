"""Clusters that are split, merged, or made out of a suggestion; their checklists."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.clusters import reading
from accounts.clusters.candidates import STAGES_SAY, candidates
from accounts.clusters.forms import ItemForm, MergeForm, SplitForm, SuggestedForm
from accounts.clusters.grouping import Group, draft, sentence, suggest, title
from accounts.clusters.overlap import Stated
from accounts.models import ChecklistItem, Cluster
from accounts.services import checklists
from accounts.services.cluster_shapes import merge_clusters, split_cluster
from accounts.services.clusters import LARGEST, SMALLEST, create_cluster
from accounts.views.accounts import attempt


def _builder(request: AuthenticatedRequest) -> None:
    if not policies.may_cluster(request.user):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def cluster_split(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Members that go into a new cluster; the outliers are chosen to begin with."""
    _builder(request)
    cluster = get_object_or_404(Cluster.objects.present(), pk=pk)
    members, _ = reading.members(request.user, cluster)
    choices = [(one.membership.account_id, one.membership.account.name) for one in members]
    form = SplitForm(request.POST or None, members=choices)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        chosen = data.pop("accounts")
        new = attempt(form, lambda: split_cluster(actor=request.user, cluster=cluster, account_ids=chosen, **data))
        if new is not None:
            messages.success(request, f"{len(chosen)} of {cluster.name} are now {new.name}.")
            return redirect("cluster_detail", new.pk)
    picked = set(request.POST.getlist("accounts")) if form.is_bound else _outliers(members)
    context = {"cluster": cluster, "form": form, "members": members, "picked": picked}
    return render(request, "accounts/cluster_split.html", context, status=422 if form.errors else 200)


def _outliers(members: list[reading.Member]) -> set[str]:
    return {str(one.membership.account_id) for one in members if one.fit.outlier}


@require_http_methods(["GET", "POST"])
def cluster_merge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    _builder(request)
    cluster = get_object_or_404(Cluster.objects.present(), pk=pk)
    form = MergeForm(request.POST or None, cluster=cluster)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        done = attempt(form, lambda: merge_clusters(actor=request.user, cluster=cluster, into=into))
        if done is not None:
            messages.success(request, f"{cluster.name} is part of {into.name} now.")
            return redirect("cluster_detail", into.pk)
    choices = reading.choices_for_merge(cluster)
    context = {
        "cluster": cluster,
        "form": form,
        "choices": choices,
        "some_fit": any(choice["fits"] for choice in choices),
        "largest": LARGEST,
    }
    return render(request, "accounts/cluster_merge.html", context, status=422 if form.errors else 200)


@require_GET
def cluster_suggestion_list(request: AuthenticatedRequest) -> HttpResponse:
    """Groups of accounts without a cluster that share something; one click makes a cluster of each."""
    _builder(request)
    found = candidates(request.user)
    return render(request, "accounts/cluster_suggestion_list.html", _suggested(request, suggest(found), len(found)))


@require_POST
def cluster_suggestion_make(request: AuthenticatedRequest) -> HttpResponse:
    """A cluster of the chosen members of a group."""
    _builder(request)
    form = SuggestedForm(request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        members = reading.accounts_by_id(request.user, data.pop("accounts"))
        made = attempt(form, lambda: create_cluster(actor=request.user, accounts=members, **data))
        if made is not None:
            messages.success(request, f"{made.name} has {len(members)} members and the usual checklist.")
            return redirect("cluster_detail", made.pk)
    found = candidates(request.user)
    context = _suggested(request, suggest(found), len(found)) | {"tried": form, "picked": _sent(request)}
    return render(request, "accounts/cluster_suggestion_list.html", context, status=422)


def _sent(request: AuthenticatedRequest) -> set[str]:
    return set(request.POST.getlist("accounts"))


def _suggested(request: AuthenticatedRequest, groups: list[Group], looked_at: int) -> dict[str, object]:
    existing = {one.tag.casefold(): one for one in reading.stated() if one.tag and not one.frozen}
    rows = [(group, _row(group, existing.get(group.problem.casefold()))) for group in groups]
    return {
        "with_problem": [row for group, row in rows if group.problem],
        "without_problem": [row for group, row in rows if not group.problem],
        "looked_at": looked_at,
        "stages_say": STAGES_SAY,
        "smallest": SMALLEST,
        "largest": LARGEST,
        "blank": SuggestedForm(),
    }


def _row(group: Group, existing: Stated | None) -> dict[str, object]:
    """A group with what is said of it, and the cluster that has its problem already."""
    return {
        "group": group,
        "says": sentence(group),
        "draft": draft(group),
        "title": title(group),
        "existing": existing,
    }


@require_POST
def cluster_item_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One item of one's own, or, without a name, the usual ones that the list lacks."""
    _builder(request)
    cluster = get_object_or_404(Cluster, pk=pk)
    if "usual" in request.POST:
        checklists.fill_checklist(actor=request.user, cluster=cluster)
        return _content(cluster)
    form = ItemForm(request.POST)
    if form.is_valid():
        item = attempt(form, lambda: checklists.add_item(actor=request.user, cluster=cluster, **form.cleaned_data))
        if item is not None:
            return _content(cluster)
    for sentences in form.errors.values():
        messages.error(request, str(sentences[0]))
    return _content(cluster)


@require_POST
def cluster_item_change(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """`do` is done, reopen, up, down or remove."""
    item = get_object_or_404(ChecklistItem.objects.select_related("cluster"), pk=pk)
    do = request.POST.get("do", "")
    match do:
        case "done" | "reopen":
            checklists.tick_item(actor=request.user, item=item, done=do == "done")
        case "up":
            checklists.move_item(actor=request.user, item=item, way="up")
        case "down":
            checklists.move_item(actor=request.user, item=item, way="down")
        case "remove":
            checklists.remove_item(actor=request.user, item=item)
        case _:
            raise DomainError("An item is ticked, reopened, moved or taken away.")
    return _content(item.cluster)


def _content(cluster: Cluster) -> HttpResponse:
    return redirect(f"{reverse('cluster_detail', args=[cluster.pk])}?tab=content")

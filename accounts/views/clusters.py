"""Clusters: accounts that share one problem."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.forms import ClusterForm, MemberForm
from accounts.models import Account, Cluster, ClusterMembership
from accounts.services import clusters as services
from accounts.views.accounts import attempt


@require_GET
def cluster_list(request: AuthenticatedRequest) -> HttpResponse:
    clusters = Cluster.objects.select_related("owner").annotate(
        size=Count("memberships", filter=Q(memberships__until__isnull=True))
    )
    context = {"clusters": clusters, "may_cluster": policies.may_cluster(request.user)}
    return render(request, "accounts/cluster_list.html", context)


@require_http_methods(["GET", "POST"])
def cluster_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The cluster with its members; POST adds a member by name or domain."""
    cluster = get_object_or_404(Cluster.objects.select_related("owner"), pk=pk)
    form = MemberForm(request.POST or None, accounts=Account.objects.visible_to(request.user).present())
    if request.method == "POST" and form.is_valid():
        account: Account = form.cleaned_data["account"]
        added = attempt(form, lambda: services.add_to_cluster(actor=request.user, cluster=cluster, account=account))
        if added is not None:
            messages.success(request, f"{account.name} is in {cluster.name}.")
            return redirect("cluster_detail", cluster.pk)
    members = ClusterMembership.objects.visible_to(request.user).filter(cluster=cluster, until__isnull=True)
    shown = list(members.select_related("account__owner").order_by("account__name"))
    size = cluster.memberships.filter(until__isnull=True).count()
    context = {
        "cluster": cluster,
        "members": shown,
        "size": size,
        "hidden": size - len(shown),
        "suggestions": _suggestions(request, cluster),
        "smallest": services.SMALLEST,
        "largest": services.LARGEST,
        "form": form,
        "may_cluster": policies.may_cluster(request.user),
    }
    return render(request, "accounts/cluster_detail.html", context, status=422 if form.errors else 200)


def _suggestions(request: AuthenticatedRequest, cluster: Cluster) -> list[Account]:
    """Up to ten visible accounts that carry the cluster's problem tag and are in no cluster."""
    if not cluster.problem_tag:
        return []
    tagged = Account.objects.visible_to(request.user).present().filter(problem_tags__contains=[cluster.problem_tag])
    free = tagged.filter(~Exists(ClusterMembership.objects.filter(account=OuterRef("pk"), until__isnull=True)))
    return list(free.order_by("name")[:10])


@require_http_methods(["GET", "POST"])
def cluster_create(request: AuthenticatedRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def cluster_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Cluster, pk=pk))


def _edit(request: AuthenticatedRequest, cluster: Cluster | None) -> HttpResponse:
    if not policies.may_cluster(request.user):
        raise PermissionDenied
    form = ClusterForm(request.POST or None, instance=cluster)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        if cluster is None:
            saved = attempt(form, lambda: services.create_cluster(actor=request.user, **fields))
        else:
            stored = Cluster.objects.get(pk=cluster.pk)
            saved = attempt(form, lambda: services.update_cluster(actor=request.user, cluster=stored, **fields))
        if saved is not None:
            return redirect("cluster_detail", saved.pk)
    context = {"form": form, "cluster": cluster}
    return render(request, "accounts/cluster_form.html", context, status=422 if form.errors else 200)


@require_POST
def cluster_remove(request: AuthenticatedRequest, pk: int, account: int) -> HttpResponse:
    cluster = get_object_or_404(Cluster, pk=pk)
    member = get_object_or_404(Account.objects.visible_to(request.user), pk=account)
    services.remove_from_cluster(actor=request.user, cluster=cluster, account=member)
    messages.success(request, f"{member.name} has left {cluster.name}.")
    return redirect("cluster_detail", cluster.pk)


@require_POST
def cluster_freeze(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    cluster = get_object_or_404(Cluster, pk=pk)
    services.freeze_cluster(actor=request.user, cluster=cluster, frozen=cluster.frozen_at is None)
    return redirect("cluster_detail", cluster.pk)

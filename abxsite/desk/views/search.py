"""Global search (`/`): accounts, contacts, clusters, by the same visibility as everywhere."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from abxsite.desk.filters import text_search
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from accounts.models import Account, Cluster, Contact

SHOWN = 8


@require_GET
def search(request: AuthenticatedRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    context: dict[str, Any] = {"q": words, "accounts": [], "contacts": [], "clusters": []}
    if len(words) > 1:
        visible = Account.objects.visible_to(request.user).present()
        contacts = Contact.objects.visible_to(request.user).filter(name__icontains=words).select_related("account")
        context |= {
            "accounts": text_search(visible, words).order_by("name")[:SHOWN],
            "contacts": contacts.order_by("name")[:SHOWN],
            "clusters": Cluster.objects.present().filter(name__icontains=words)[:SHOWN],
        }
    template = "desk/search.html#results" if is_fragment(request) else "desk/search.html"
    return render(request, template, context)

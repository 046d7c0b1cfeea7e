"""The audit page: who changed what, when, from where; filtered by the query string, by keyset."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from abxsite.audit.models import AuditEntry
from abxsite.desk.audit_words import changes_of, said_of
from abxsite.lib import clock
from abxsite.lib.errors import NotAllowed
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users import policies
from abxsite.users.models import User
from tiering.models import Tier

PAGE = 50


class AuditForm(forms.Form):
    """`subject` is `app.model` or `app.model:id`, as the links of the page write it."""

    actor = forms.ModelChoiceField(
        User.objects.select_related("person").order_by("person__name"),
        required=False,
        label="By",
        empty_label="Anybody",
    )
    subject = forms.CharField(
        required=False,
        label="Object",
        max_length=80,
        help_text="A kind of thing, as accounts.account. To follow one thing, click its name in the list.",
    )
    q = forms.CharField(required=False, label="Words", max_length=120)
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]


@require_GET
def audit_list(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_read_audit(request.user):
        raise NotAllowed("Admins, leaders and marketers read the audit.")
    form = AuditForm(request.GET)
    form.is_valid()
    found = _asked(form.cleaned_data).select_related("actor__person").order_by("-at", "-pk")
    page = list(_below(found, request.GET.get("before", ""))[: PAGE + 1])
    entries = page[:PAGE]
    tiers = {tier.pk: tier.name for tier in Tier.objects.only("name")}
    context = {
        "form": form,
        "entries": [(entry, said_of(entry.action), changes_of(entry, tiers)) for entry in entries],
        "next": entries[-1].pk if len(page) > PAGE else None,
        "first": bool(request.GET.get("before")),
        "chips": _chips(request, form),
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "audit/audit_list.html", context)


def _chips(request: AuthenticatedRequest, form: AuditForm) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    chips = []
    for name, value in form.cleaned_data.items():
        if value:
            query = request.GET.copy()
            query.pop(name, None)
            query.pop("before", None)
            words = value.name if isinstance(value, User) else str(value)
            chips.append({"label": str(form.fields[name].label), "value": words, "url": f"?{query.urlencode()}"})
    return chips


def _asked(asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.all()
    if asked.get("actor"):
        found = found.filter(actor=asked["actor"])
    if asked.get("subject"):
        model, _, pk = asked["subject"].partition(":")
        found = found.filter(subject__startswith=model.lower())
        if pk.isdecimal():
            found = found.filter(subject_id=int(pk))
    if asked.get("q"):
        words = asked["q"]
        found = found.filter(Q(label__icontains=words) | Q(sentence__icontains=words) | Q(action__icontains=words))
    if asked.get("since"):
        found = found.filter(at__gte=clock.start_of(asked["since"]))
    if asked.get("until"):
        found = found.filter(at__lt=clock.start_of(asked["until"] + timedelta(days=1)))
    return found


def _below(found: QuerySet[AuditEntry], before: str) -> QuerySet[AuditEntry]:
    """Older than the entry `before`; by time and then id, as the index is."""
    edge = AuditEntry.objects.filter(pk=int(before)).first() if before.isdecimal() and len(before) < 18 else None
    return found.filter(Q(at__lt=edge.at) | Q(at=edge.at, pk__lt=edge.pk)) if edge else found

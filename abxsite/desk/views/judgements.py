"""Judging one criterion of an account: its name and its scale in words come from the published scorecard."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from abxsite.lib.http import AuthenticatedRequest
from accounts.forms import JudgementForm
from accounts.services.judgements import record_judgement
from accounts.views.accounts import editable, small_form
from tiering.choices import CriterionKind
from tiering.models import Criterion
from tiering.services.scorecards import published


@require_http_methods(["GET", "POST"])
def judgement_add(request: AuthenticatedRequest, pk: int, key: str) -> HttpResponse:
    account = editable(request, pk)
    criterion = _judged(key)
    form = JudgementForm(request.POST or None, anchors=criterion.anchors, help_text=criterion.help)
    return small_form(
        request, account, form, f"Judge {criterion.name.lower()}", "Save",
        lambda data: record_judgement(actor=request.user, account=account, key=key, **data),
    )  # fmt: skip


def _judged(key: str) -> Criterion:
    """The criterion of the published scorecard that people judge under this key."""
    scorecard = published()
    criteria = scorecard.criteria.filter(kind=CriterionKind.JUDGEMENT) if scorecard else Criterion.objects.none()
    for criterion in criteria:
        if criterion.config.get("key", criterion.key) == key:
            return criterion
    raise Http404

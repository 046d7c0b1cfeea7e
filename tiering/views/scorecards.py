"""The scorecard: read by all, drafted and published by marketers and admins."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from tiering import policies
from tiering.choices import ScorecardStatus, Unknown
from tiering.definition_words import definition_rows
from tiering.forms.scorecards import PublishForm, WeightsForm
from tiering.models import Criterion, Run, Scorecard, Tier
from tiering.policies import KEEPERS
from tiering.services import scorecards
from tiering.services.impact import BARS, Impact, preview_impact
from tiering.services.runs import active_run, current_run
from tiering.views.scorecard_tabs import scorecard_tabs

PAGE = "tiering/scorecard_detail.html"


@require_GET
def scorecard_detail(request: AuthenticatedRequest, pk: int | None = None) -> HttpResponse:
    """One version; without a number the draft for those who edit it, else the published one."""
    if pk is None:
        scorecard = (scorecards.draft() if request.user.has_role(*KEEPERS) else None) or scorecards.published()
    else:
        scorecard = get_object_or_404(Scorecard, pk=pk)
    if scorecard is None:
        return render(request, "tiering/scorecard_empty.html", {"may_edit": request.user.has_role(*KEEPERS)})
    return render(request, PAGE, _page(request, scorecard))


@require_GET
def scorecard_list(request: AuthenticatedRequest) -> HttpResponse:
    versions = Scorecard.objects.select_related("created_by__person", "published_by__person", "based_on")
    context = {
        "versions": versions.prefetch_related("criteria"),
        "draft": scorecards.draft(),
        "may_edit": request.user.has_role(*KEEPERS),
        "tabs": scorecard_tabs("versions"),
    }
    return render(request, "tiering/scorecard_list.html", context)


@require_GET
def scorecard_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The impact of the weights in the query string; nothing is written."""
    scorecard = get_object_or_404(Scorecard, pk=pk)
    form = WeightsForm(request.GET, criteria=list(scorecard.criteria.all()))
    form.is_valid()
    context = _page(request, scorecard, form.changes())
    if is_fragment(request):
        return render(request, f"{PAGE}#preview", context)
    return render(request, PAGE, context)


@require_POST
def scorecard_start(request: AuthenticatedRequest) -> HttpResponse:
    """Publish the default scorecard where there is none."""
    scorecards.default_scorecard(actor=request.user)
    messages.success(request, "The default scorecard is published. Scores follow in a moment.")
    return redirect("scorecard_detail")


@require_POST
def scorecard_draft(request: AuthenticatedRequest) -> HttpResponse:
    """A draft from the published version, or from the one named by `based_on`."""
    number = request.POST.get("based_on", "")
    source = get_object_or_404(Scorecard, pk=number) if number.isdigit() else None
    draft = scorecards.new_draft(actor=request.user, based_on=source)
    messages.success(request, f"Draft v{draft.version} is open.")
    return redirect("scorecard_detail")


@require_POST
def scorecard_save(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, "edit the scorecard")
    scorecard = get_object_or_404(Scorecard, pk=pk)
    form = WeightsForm(request.POST, criteria=list(scorecard.criteria.all()))
    if not form.is_valid():
        return render(request, PAGE, _page(request, scorecard, form.changes(), form=form), status=422)
    scorecards.change_criteria(actor=request.user, scorecard=scorecard, changes=form.changes())
    if is_fragment(request):
        return render(request, f"{PAGE}#preview", _page(request, scorecard) | {"saved": True})
    messages.success(request, "Saved.")
    return redirect("scorecard_detail")


@require_POST
def scorecard_publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    scorecard = get_object_or_404(Scorecard, pk=pk)
    form = PublishForm(request.POST)
    try:
        note = form.cleaned_data["note"] if form.is_valid() else ""
        published = scorecards.publish_scorecard(actor=request.user, scorecard=scorecard, note=note)
    except DomainError as error:
        if error.status != 422:
            raise
        return render(request, PAGE, _page(request, scorecard) | {"refused": str(error)}, status=422)
    messages.success(request, f"v{published.version} is published. All accounts are being scored with it.")
    return redirect("scorecard_detail")


@require_POST
def scorecard_discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    scorecard = get_object_or_404(Scorecard, pk=pk)
    scorecards.discard_draft(actor=request.user, scorecard=scorecard)
    messages.success(request, f"Draft v{scorecard.version} is discarded.")
    return redirect("scorecard_detail")


def _page(
    request: AuthenticatedRequest,
    scorecard: Scorecard,
    changes: dict[str, dict[str, Any]] | None = None,
    form: WeightsForm | None = None,
) -> dict[str, Any]:
    criteria = list(Criterion.objects.filter(scorecard_id=scorecard.pk))
    base = {c.key: c for c in Criterion.objects.filter(scorecard_id=scorecard.based_on_id or 0)}
    may_edit = request.user.has_role(*KEEPERS)
    editing = may_edit and scorecard.status == ScorecardStatus.DRAFT
    run = current_run()
    rows = [
        _row(criterion, base.get(criterion.key), (changes or {}).get(criterion.key, {}), form, run)
        for criterion in criteria
    ]
    impact = preview_impact(user=request.user, criteria=criteria, changes=changes)
    return {
        "scorecard": scorecard,
        "rows": rows,
        "share": _shares(rows),
        "weights": sum(row["weight"] for row in rows),
        "any_changed": any(row["changed"] for row in rows),
        "unknowns": Unknown.choices,
        "may_edit": may_edit,
        "editing": editing,
        "rails": scorecards.warnings_of(scorecard),
        "impact": impact,
        "chart": _chart(impact, scorecard, run),
        "tabs": scorecard_tabs("criteria", len(criteria)),
        "run": run,
        "active": active_run(),
        "draft": scorecards.draft(),
    }


def _row(
    criterion: Criterion, base: Criterion | None, fields: dict[str, Any], form: WeightsForm | None, run: Run | None
) -> dict[str, Any]:
    weight = fields.get("weight", criterion.weight)
    place = run.definitions.index(criterion.definition) if run and criterion.definition in run.definitions else None
    return {
        "criterion": criterion,
        "weight": weight,
        "unknown": fields.get("unknown", criterion.unknown),
        "unknown_label": Unknown(fields.get("unknown", criterion.unknown)).label,
        "was": base.weight if base and base.weight != weight else None,
        "changed": bool(base and base.weight != weight),
        "errors": form[f"w-{criterion.key}"].errors if form else [],
        "definition": definition_rows(criterion),
        "typical": run.typical[place] if run and place is not None else None,
        "known": run.known[place] if run and place is not None else None,
        "dataless": bool(run and place is not None and run.dataless[place]),
    }


def _shares(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rectangles of the bar above the sliders, in 700 units."""
    whole, at, found = max(sum(row["weight"] for row in rows), 1), 0, []
    for row in rows:
        width = 700 * row["weight"] // whole
        found.append({"x": at, "width": max(width - 3, 0), "changed": row["changed"]})
        at += width
    return found


def _chart(impact: Impact | None, scorecard: Scorecard, run: Run | None) -> dict[str, Any] | None:
    if impact is None or run is None:
        return None
    cuts = [_cut(line.tier, lowest=line is impact.tiers[-1]) for line in reversed(impact.tiers)]
    chart: dict[str, Any] = {
        "step": 100 // BARS,
        "bars": impact.bars,
        "bars_name": _name(scorecard),
        "cuts": [cut for cut in cuts if cut["at"]],
    }
    if run.scorecard_id != scorecard.pk:
        chart |= {"line": impact.line, "line_name": f"v{run.scorecard.version}"}
    return chart


def _cut(tier: Tier, *, lowest: bool) -> dict[str, Any]:
    """A line at the tier's minimum score; the lowest one shows the figure alone, its name would overlap the next."""
    at = tier.minimum_score / 5_000
    return {"at": at, "name": f"{at:g}" if lowest else f"{tier.short_name} {at:g}", "colour": tier.colour}


def _name(scorecard: Scorecard) -> str:
    return "draft" if scorecard.status == ScorecardStatus.DRAFT else f"v{scorecard.version}"

"""The ICP: its rules with live counts, the form that changes them, and the accounts under each figure."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users.access import sees_all
from accounts import facts
from accounts.facts import address, panel
from accounts.models import Account
from tiering import policies
from tiering.choices import RuleKind
from tiering.icp import Line, current_lines, line_of
from tiering.icp.counts import Effect, effect, open_by_any, target_list
from tiering.icp.rules import wrong_by_any
from tiering.icp.summaries import list_counts, rule_counts
from tiering.models import IcpRule
from tiering.services.icp import NOT_OF_THE_COMPANY, check_condition, end_rule, save_rules
from tiering.views.scorecard_tabs import scorecard_tabs

PAGE = 50
#: What the list under a figure shows.
SHOWS = {
    "passes": "pass the ICP", "fails": "fail the ICP", "open": "pass so far, with something to find out",
    "wrong": "fail it", "unknown": "not known", "met": "are as it wants them",
}  # fmt: skip
KINDS = (
    (RuleKind.MUST, "Must-haves", "Who is known to miss one takes no seat."),
    (RuleKind.NICE, "Nice-to-haves", "They keep nobody off; they say what you hope for."),
    (RuleKind.EXCLUDE, "Exclusions", "Who is known to be one takes no seat."),
)


def icp_tabs(current: str) -> list[dict[str, Any]]:
    rows = (
        ("rules", "Rules", "icp_detail"), ("wins", "Last year's wins", "icp_win_list"),
        ("shared", "What the wins share", "icp_shared"), ("lookalikes", "Look-alikes", "icp_lookalike_list"),
    )  # fmt: skip
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in rows]


@require_GET
def icp_detail(request: AuthenticatedRequest) -> HttpResponse:
    """The rules in words for everybody; the counts for those who see all accounts."""
    lines = current_lines()
    counts = sees_all(request.user)
    kept = rule_counts(lines) if counts else None
    listed = list_counts(lines) if counts else None
    rows = [
        (
            line,
            kept.found.rules[number] if kept and kept.found else None,
            listed.rules[number] if listed else None,
        )
        for number, line in enumerate(lines)
    ]
    past = IcpRule.objects.filter(until__isnull=False).select_related("ended_by__person", "made_by__person")
    context = {
        "tabs": scorecard_tabs("icp"),
        "parts": icp_tabs("rules") if counts else [],
        "groups": [(label, help_, [row for row in rows if row[0].kind == kind]) for kind, label, help_ in KINDS],
        "any": bool(lines),
        "kept": kept,
        "counted": kept.found if kept else None,
        "listed": listed,
        "past": [(rule, line_of(rule)) for rule in past.order_by("-until")[:30]],
        "may_keep": policies.may_keep(request.user),
    }
    return render(request, "tiering/icp_detail.html", context)


@require_http_methods(["GET", "POST"])
def icp_rule_add(request: AuthenticatedRequest) -> HttpResponse:
    """Each condition becomes a rule. `?industry=Energy` begins with it, as the shared attributes send it."""
    policies.check_may_keep(request.user, "change the ICP")
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def icp_rule_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A change ends the rule and begins another. `POST` without `save` shows what it would do."""
    policies.check_may_keep(request.user, "change the ICP")
    return _edit(request, get_object_or_404(IcpRule, pk=pk, until__isnull=True))


def _edit(request: AuthenticatedRequest, rule: IcpRule | None) -> HttpResponse:
    context: dict[str, Any] = {"rule": rule, "kinds": KINDS, "tabs": scorecard_tabs("icp")}
    if request.method == "POST":
        conditions, wrong = panel.read(request.POST, NOT_OF_THE_COMPANY)
        kind = request.POST.get("kind", "") if request.POST.get("kind") in RuleKind.values else RuleKind.MUST.value
        note = request.POST.get("note", "")[:200]
        context |= {"kind": kind, "note": note, "wrong": wrong}
        refused = "" if wrong else _refusal(conditions)
        if not wrong and not refused and "save" in request.POST:
            try:
                save_rules(actor=request.user, kind=kind, conditions=conditions, note=note, replaces=rule)
            except DomainError as error:
                refused = str(error)
            else:
                messages.success(request, "Saved. Recommended tiers follow within a minute.")
                return redirect("icp_detail")
        elif not wrong and not refused:
            context["effect"] = _effect(conditions, RuleKind(kind), rule)
        context["refused"] = refused
    else:
        conditions = _first(request, rule)
        context |= {"kind": rule.kind if rule else request.GET.get("kind", "must"), "note": rule.note if rule else ""}
    context["sections"] = panel.sections(conditions, context.get("wrong"), NOT_OF_THE_COMPANY)
    context["said"] = [facts.in_words(one) for one in conditions]
    status = 422 if context.get("wrong") or context.get("refused") else 200
    return render(request, "tiering/icp_rule_form.html", context, status=status)


def _refusal(conditions: list[facts.Condition]) -> str:
    """Why these are no rules."""
    if not conditions:
        return "Say at least one thing about the company."
    try:
        for condition in conditions:
            check_condition(condition)
    except DomainError as error:
        return str(error)
    return ""


def _first(request: AuthenticatedRequest, rule: IcpRule | None) -> list[facts.Condition]:
    if rule is None:
        return [one for one in address.from_query(request.GET)[0] if one.fact not in NOT_OF_THE_COMPANY]
    condition = line_of(rule).condition
    return [condition] if condition else []


def _effect(conditions: list[facts.Condition], kind: RuleKind, rule: IcpRule | None) -> Effect:
    before = current_lines()
    kept = [line for line in before if rule is None or line.pk != rule.pk]
    return effect(before, [*kept, *(Line(kind, condition) for condition in conditions)])


@require_http_methods(["GET", "POST"])
def icp_rule_end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """GET shows what would happen; POST does it."""
    policies.check_may_keep(request.user, "change the ICP")
    rule = get_object_or_404(IcpRule, pk=pk, until__isnull=True)
    if request.method == "POST":
        end_rule(actor=request.user, rule=rule)
        messages.success(request, "The rule has ended. Recommended tiers follow within a minute.")
        return redirect("icp_detail")
    before = current_lines()
    would = effect(before, [line for line in before if line.pk != rule.pk])
    context = {"rule": rule, "line": line_of(rule), "effect": would, "tabs": scorecard_tabs("icp")}
    return render(request, "tiering/icp_rule_end.html", context)


@require_GET
def icp_account_list(request: AuthenticatedRequest) -> HttpResponse:
    """The accounts under a figure: `?show=` what, `?rule=` of which rule, `?on=list` only the target list."""
    show = request.GET.get("show", "fails")
    lines = current_lines()
    rule = next((line for line in lines if str(line.pk) == request.GET.get("rule", "")), None)
    accounts = (target_list() if request.GET.get("on") == "list" else Account.objects.present()).visible_to(
        request.user
    )
    where = _where(show, rule, lines)
    found = accounts.filter(where).select_related("owner").order_by("-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "show": show,
        "says": SHOWS.get(show, SHOWS["fails"]),
        "rule": rule,
        "on_list": request.GET.get("on") == "list",
        "tabs": scorecard_tabs("icp"),
    }
    return render(request, "tiering/icp_account_list.html", context)


def _where(show: str, rule: Line | None, lines: list[Line]) -> Any:
    if rule is not None:
        return {"unknown": rule.unknown, "met": rule.met}.get(show, rule.wrong)
    wrong = wrong_by_any(lines)
    match show:
        case "passes":
            return ~wrong
        case "open":
            return ~wrong & open_by_any(lines)
    return wrong


def check_sees_all(request: AuthenticatedRequest) -> None:
    """Wins and their comparison are over all accounts."""
    if not sees_all(request.user):
        raise PermissionDenied

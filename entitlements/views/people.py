"""Who does the work, and the rules of how much one person covers."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from entitlements import overview, policies
from entitlements.capacity.facts import WEEKS, fte_of
from entitlements.forms import StaffingForm, WorkerForm
from entitlements.models import Worker, WorkRole
from entitlements.services.capacity import facts_on
from entitlements.services.catalogue import add_role
from entitlements.services.people import add_worker, end_worker, set_staffing_rule, update_worker
from entitlements.views.tabs import capacity_tabs
from tiering.services.tiers import active_tiers

CHANGE = "change who does the work"


@dataclass(frozen=True)
class RoleRow:
    """A role's people with hours a quarter: what they have, and what the accounts that hold a tier need."""

    role: WorkRole
    workers: list[tuple[Worker, str]]
    fte: Decimal
    has: Fraction
    needs: Fraction

    @property
    def has_text(self) -> str:
        return overview.hours_text(Fraction(round(self.has)))

    @property
    def needs_text(self) -> str:
        return overview.hours_text(Fraction(round(self.needs)))

    @property
    def is_short(self) -> bool:
        return bool(self.workers) and self.needs > self.has


@require_GET
def capacity_people(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_read(request.user)
    return _people_page(request, StaffingForm(tiers=active_tiers(), roles=WorkRole.objects.all()))


def _people_page(request: AuthenticatedRequest, staffing: StaffingForm, status: int = 200) -> HttpResponse:
    rows = _role_rows(request)
    context = {
        "roles": rows,
        "no_people": not any(row.workers for row in rows),
        "staffing": staffing,
        "may_keep": policies.may_keep(request.user),
        "tabs": capacity_tabs(request.user, "capacity_people"),
    }
    return render(request, "entitlements/capacity_people.html", context, status=status)


def _role_rows(request: AuthenticatedRequest) -> list[RoleRow]:
    day = clock.today()
    facts = facts_on(day)
    tiers = overview.tier_rows(request.user, facts, day)
    workers = Worker.objects.not_over(day).select_related("person", "role").prefetch_related("shares__tier")
    by_role: dict[int, list[Worker]] = {}
    for worker in workers:
        by_role.setdefault(worker.role_id, []).append(worker)
    rows = []
    for role in WorkRole.objects.all():
        fte = fte_of(facts, role.pk)
        needs = sum((dict(row.capacity.hours).get(role.pk, Fraction(0)) * row.used for row in tiers), Fraction(0)) / 4
        has = sum((one.hours(0) for one in facts.workers if one.role == role.pk), Fraction(0))
        mine = [(worker, hours_a_quarter(worker)) for worker in by_role.get(role.pk, [])]
        rows.append(RoleRow(role, mine, Decimal(fte.numerator) / fte.denominator, has, needs))
    return rows


def hours_a_quarter(worker: Worker) -> str:
    """`403 h`: without holidays."""
    net = Fraction(worker.fte_percent, 100) * Fraction(worker.hours_week) * WEEKS
    return overview.hours_text(Fraction(round(net * (100 - worker.holiday_percent) / 100)))


@require_http_methods(["GET", "POST"])
def worker_create(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    form = WorkerForm(request.POST or None, tiers=active_tiers(), initial={"role": request.GET.get("role")})
    if request.method == "POST" and form.is_valid():
        try:
            worker = add_worker(actor=request.user, shares=form.shares(), **form.said())
        except (DomainError, ValidationError) as error:
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, f"{worker.person.name}'s time counts from {worker.since:%-d %B %Y}.")
            return redirect("capacity_people")
    return _worker_page(request, form, None)


@require_http_methods(["GET", "POST"])
def worker_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    worker = get_object_or_404(Worker.objects.select_related("person", "role"), pk=pk)
    form = WorkerForm(request.POST or None, instance=worker, tiers=active_tiers())
    if request.method == "POST" and form.is_valid():
        try:
            update_worker(actor=request.user, worker=worker, shares=form.shares(), **form.said())
        except (DomainError, ValidationError) as error:
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, f"{worker.person.name}'s time is changed.")
            return redirect("capacity_people")
    return _worker_page(request, form, worker)


def _worker_page(request: AuthenticatedRequest, form: WorkerForm, worker: Worker | None) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "entitlements/worker_form.html", {"form": form, "worker": worker}, status=status)


@require_POST
def worker_end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    worker = get_object_or_404(Worker.objects.select_related("person"), pk=pk)
    end_worker(actor=request.user, worker=worker)
    messages.success(request, f"{worker.person.name}'s time no longer counts as {worker.role}.")
    return redirect("capacity_people")


@require_POST
def role_create(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, "add roles")
    try:
        role = add_role(actor=request.user, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{role.name} is a role now.")
    return redirect("capacity_people")


@require_POST
def staffing_save(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, "change the staffing rules")
    form = StaffingForm(request.POST, tiers=active_tiers(), roles=WorkRole.objects.all())
    if not form.is_valid():
        return _people_page(request, form, status=422)
    for tier in form.tiers:
        set_staffing_rule(
            actor=request.user,
            tier=tier,
            role=form.roles[form.cleaned_data[f"role-{tier.pk}"]],
            covers=form.cleaned_data[f"covers-{tier.pk}"],
            per=form.cleaned_data[f"per-{tier.pk}"],
        )
    messages.success(request, "The staffing rules are saved.")
    return redirect("capacity_people")

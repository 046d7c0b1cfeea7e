"""People at an account and the ties to it: entered, changed, moved, marked as left, confirmed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from abxsite.lib.http import AuthenticatedRequest, posted
from abxsite.users.models import Person
from accounts import page_forms, policies
from accounts.forms import StrengthForm
from accounts.models import Account, Contact, Tie
from accounts.services import people, sponsors, ties
from accounts.views.accounts import attempt, editable, small_form


def editable_contact(request: AuthenticatedRequest, pk: int) -> tuple[Contact, Account]:
    """The contact with its account; 404 for another team's, 403 for one that is only read."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk, account__isnull=False)
    account = editable(request, contact.account_id)
    contact.account = account
    return contact, account


def editable_tie(request: AuthenticatedRequest, pk: int) -> tuple[Tie, Account]:
    tie = get_object_or_404(Tie.objects.visible_to(request.user), pk=pk)
    account = editable(request, tie.account_id)
    tie.account = account
    return tie, account


def to_people(account: Account) -> HttpResponse:
    return redirect(f"{reverse('account_detail', args=[account.pk])}?tab=people")


@require_http_methods(["GET", "POST"])
def contact_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    form = page_forms.ContactForm(posted(request), account=account, initial=_seat(request))
    return small_form(
        request, account, form, "Add a person", "Add",
        lambda data: people.add_contact(actor=request.user, account=account, **data), tab="people",
    )  # fmt: skip


def _seat(request: AuthenticatedRequest) -> dict[str, str]:
    """The seat of the buying group that the link asks to fill."""
    return {name: request.GET[name] for name in ("department", "seniority", "buying_role") if name in request.GET}


@require_http_methods(["GET", "POST"])
def contact_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    form = page_forms.ContactForm(posted(request), account=account, contact=contact)
    return small_form(
        request, account, form, f"Edit {contact.name}", "Save",
        lambda data: people.update_contact(actor=request.user, contact=contact, **data), tab="people",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contact_strength(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    form = StrengthForm(posted(request), initial={"strength": contact.strength})
    return small_form(
        request, account, form, f"How well do we know {contact.name}?", "Save",
        lambda data: people.set_strength(actor=request.user, contact=contact, **data), tab="people",
    )  # fmt: skip


@require_POST
def contact_confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    people.confirm_strength(actor=request.user, contact=contact)
    messages.success(request, f"Confirmed. How well we know {contact.name} counts in full now.")
    return to_people(account)


@require_http_methods(["GET", "POST"])
def contact_leave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    return small_form(
        request, account, page_forms.LeaveForm(posted(request)), f"{contact.name} has left", "Mark as left",
        lambda data: people.leave_account(actor=request.user, contact=contact, on=data["on"]), tab="people",
        said=f"{contact.name} has left. What is on record stays; their seat is open.",
    )  # fmt: skip


@require_POST
def contact_return(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    people.come_back(actor=request.user, contact=contact)
    messages.success(request, f"{contact.name} is here again.")
    return to_people(account)


@require_http_methods(["GET", "POST"])
def contact_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    others = Account.objects.visible_to(request.user).present().exclude(pk=account.pk)
    form = page_forms.MoveContactForm(posted(request), accounts=others)
    return small_form(
        request, account, form, f"Where is {contact.name} now?", "Move",
        lambda data: people.move_contact(actor=request.user, contact=contact, **data), tab="people",
        said=f"{contact.name} is moved, and known there as well as here.",
    )  # fmt: skip


@require_POST
def contact_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact, account = editable_contact(request, pk)
    people.delete_contact(actor=request.user, contact=contact)
    messages.success(request, f"{contact.name} is deleted.")
    return to_people(account)


@require_http_methods(["GET", "POST"])
def tie_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    form = page_forms.TieForm(posted(request), account=account)
    return small_form(
        request, account, form, "Add a tie", "Add tie",
        lambda data: ties.add_tie(actor=request.user, account=account, **data), tab="people",
        said="On record. It counts half until a second person confirms it.",
    )  # fmt: skip


@require_POST
def tie_confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    tie, account = editable_tie(request, pk)
    ties.confirm_tie(actor=request.user, tie=tie)
    messages.success(request, "Confirmed. The tie counts in full now.")
    return to_people(account)


@require_POST
def tie_end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    tie, account = editable_tie(request, pk)
    ties.end_tie(actor=request.user, tie=tie)
    messages.success(request, "Ended. It stays on record and counts no longer.")
    return to_people(account)


@require_http_methods(["GET", "POST"])
def sponsor_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What one of ours sponsors, of how many at most; marketers and admins set the figure."""
    person = get_object_or_404(Person, pk=pk)
    may_change = policies.may_set_sponsors(request.user)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = page_forms.SponsorFigureForm(posted(request), initial={"sponsors_at_most": person.sponsors_at_most})
    if request.method == "POST" and form.is_valid():
        at_most = form.cleaned_data["sponsors_at_most"]
        saved = attempt(form, lambda: sponsors.set_sponsors_at_most(actor=request.user, person=person, at_most=at_most))
        if saved is not None:
            messages.success(request, f"{person.name} sponsors at most {at_most}.")
            return redirect("sponsor_detail", person.pk)
    held = sponsors.sponsorships(person)
    context = {
        "person": person,
        "form": form if may_change else None,
        "ties": held.filter(account__in=Account.objects.visible_to(request.user)),
        "count": held.values("account").distinct().count(),
    }
    return render(request, "accounts/sponsor_detail.html", context, status=422 if form.errors else 200)

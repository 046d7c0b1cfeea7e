"""People and teams: everybody reads who is who, admins invite and change."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest, posted
from abxsite.users import policies
from abxsite.users.choices import Role
from abxsite.users.forms import InviteForm, PersonForm, TeamForm
from abxsite.users.models import Person, Team, User
from abxsite.users.services import invitations, people

PAGE = 200


@require_GET
def people_list(request: AuthenticatedRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    role = request.GET.get("role", "")
    found = Person.objects.select_related("team", "user").order_by("-active", "name", "pk")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if role == "none":
        found = found.filter(user__isnull=True)
    elif role in Role.values:
        found = found.filter(user__roles__contains=[role])
    context = {
        "people": found[:PAGE],
        "count": found.count(),
        "page_size": PAGE,
        "q": words,
        "role": role,
        "roles": Role.choices,
        "may_change": request.user.has_role(Role.ADMIN),
    }
    return render(request, "users/people_list.html", context)


@require_http_methods(["GET", "POST"])
def person_invite(request: AuthenticatedRequest) -> HttpResponse:
    """`?person=` gives a login to somebody who is known already, an imported owner."""
    policies.check_admin(request.user)
    known = (
        Person.objects.filter(pk=request.GET["person"]).first() if request.GET.get("person", "").isdecimal() else None
    )
    initial = {"name": known.name, "email": known.email, "team": known.team_id, "title": known.title} if known else None
    form = InviteForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        user = _try(form, people.invite_person, actor=request.user, person=known, **form.cleaned_data)
        if user is not None:
            return _invited(request, user)
    status = 422 if form.is_bound else 200
    return render(request, "users/person_invite.html", {"form": form, "person": known}, status=status)


@require_POST
def person_link(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A new link to set a password, for somebody whose invitation was lost."""
    policies.check_admin(request.user)
    return _invited(request, get_object_or_404(User.objects.select_related("person"), person=pk, is_active=True))


def _invited(request: AuthenticatedRequest, user: User) -> HttpResponse:
    link = request.build_absolute_uri(invitations.password_path(user))
    invitations.send_invitation(user=user, link=link, invited_by=request.user.name)
    return render(request, "users/person_invited.html", {"invited": user, "link": link})


@require_http_methods(["GET", "POST"])
def person_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_admin(request.user)
    person = get_object_or_404(Person.objects.select_related("team"), pk=pk)
    login = User.objects.filter(person=person).first()
    form = PersonForm(posted(request), person=person, login=login)
    if request.method == "POST" and form.is_valid():
        changed = _try(form, people.change_person, actor=request.user, person=person, **form.cleaned_data)
        if changed is not None:
            messages.success(request, f"{changed.name} is saved.")
            return redirect("people_list")
    context = {"form": form, "person": person, "login": login}
    return render(request, "users/person_edit.html", context, status=422 if form.is_bound else 200)


@require_GET
def team_list(request: AuthenticatedRequest) -> HttpResponse:
    teams = Team.objects.select_related("manager").annotate(
        people=Count("members", filter=Q(members__active=True), distinct=True)
    )
    return render(request, "users/team_list.html", {"teams": teams, "may_change": request.user.has_role(Role.ADMIN)})


@require_http_methods(["GET", "POST"])
def team_create(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_admin(request.user)
    form = TeamForm(posted(request))
    if request.method == "POST" and form.is_valid():
        team = _try(form, people.add_team, actor=request.user, name=form.cleaned_data["name"])
        if team is not None:
            people.change_team(actor=request.user, team=team, **form.cleaned_data)
            return redirect("team_list")
    return render(request, "users/team_form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def team_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_admin(request.user)
    team = get_object_or_404(Team, pk=pk)
    initial = {"name": team.name, "region": team.region, "manager": team.manager_id}
    form = TeamForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = _try(form, people.change_team, actor=request.user, team=team, **form.cleaned_data)
        if changed is not None:
            messages.success(request, f"{changed.name} is saved.")
            return redirect("team_list")
    return render(request, "users/team_form.html", {"form": form, "team": team}, status=422 if form.is_bound else 200)


def _try(form: Any, service: Any, **given: Any) -> Any:
    """What the service gives; None where it refused, with its sentence beside the field."""
    try:
        return service(**given)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except ValidationError as error:
        for field, sentences in error.message_dict.items():
            form.add_error(field if field in form.fields else None, sentences)
    return None

"""What people do for themselves: profile, theme, delegation, API tokens; and the home of the settings."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest, posted
from abxsite.users.choices import Role
from abxsite.users.forms import DelegationForm, ProfileForm, TokenForm, people_for
from abxsite.users.models import ApiToken, Delegation
from abxsite.users.services import delegations, tokens
from abxsite.users.services.profile import change_profile, set_theme

KEEPERS = (Role.ADMIN, Role.MARKETER)
READERS = (Role.ADMIN, Role.MARKETER, Role.LEADER)
EVERYBODY = tuple(Role)
#: heading, then (URL name, label, what it is for, icon, who finds it here).
SETTINGS = (
    ("The workspace", (
        ("setup_detail", "Setup", "What you sell to whom; thresholds from your own won values", "wand", KEEPERS),
        ("tier_list", "Tiers", "Names, order, thresholds, flags and published caps", "stack-2", EVERYBODY),
        ("settings_detail", "Rules", "Margins, turnover, holds, signers, holidays", "adjustments", KEEPERS),
        ("attribute_list", "Attributes", "Your own facts about accounts, filled by imports", "tags", KEEPERS),
        ("import_list", "Imports", "Files that came in, what they did, and what they refused", "file-import", KEEPERS),
    )),
    ("People", (
        ("people_list", "People", "Who is who, roles, invitations", "users", EVERYBODY),
        ("team_list", "Teams", "Teams and their managers", "hierarchy", EVERYBODY),
        ("delegation", "Delegation", "Who stands in while somebody is away", "arrows-exchange", EVERYBODY),
        ("audit_list", "Audit", "Who changed what, when, from where", "history", READERS),
    )),
    ("You", (
        ("profile", "Profile", "Name, theme, single-letter keys", "user-circle", EVERYBODY),
        ("token_list", "API tokens", "For scripts and other systems", "key", EVERYBODY),
        ("mfa_index", "Two-factor sign-in", "Authenticator apps and passkeys", "shield-check", EVERYBODY),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    url: str
    label: str
    text: str
    icon: str


@require_GET
def settings_home(request: AuthenticatedRequest) -> HttpResponse:
    """Pages that the reader's roles open; what another app has not brought is left out."""
    sections = []
    for heading, entries in SETTINGS:
        shown = [
            Entry(url, label, text, icon)
            for name, label, text, icon, roles in entries
            if (url := _url(name)) and (roles is EVERYBODY or request.user.has_role(*roles))
        ]
        sections.append((heading, shown))
    return render(request, "users/settings_home.html", {"sections": [each for each in sections if each[1]]})


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
def profile(request: AuthenticatedRequest) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "theme": user.theme, "single_keys": user.single_keys}
    form = ProfileForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        change_profile(actor=user, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    return render(request, "users/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def theme_set(request: AuthenticatedRequest) -> HttpResponse:
    set_theme(actor=request.user, theme=request.POST.get("theme", ""))
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def delegation(request: AuthenticatedRequest) -> HttpResponse:
    form = DelegationForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            given = delegations.delegate(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"{given.delegate.name} stands in for {given.delegator.name}.")
            return redirect("delegation")
    mine = Delegation.objects.select_related("delegator", "delegate").order_by("-since", "-pk")
    today = clock.today()
    context = {
        "form": form,
        "given": [(each, each.until is None or each.until >= today) for each in mine.filter(
            delegator__in=people_for(request.user))[:100]],
        "held": mine.filter(delegate=request.user.person, until__gte=today),
        "today": today,
    }  # fmt: skip
    return render(request, "users/delegation.html", context, status=422 if form.is_bound else 200)


@require_POST
def delegation_end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Delegation, pk=pk, delegator__in=people_for(request.user))
    delegations.end_delegation(actor=request.user, delegation=found)
    messages.success(request, "The delegation has ended.")
    return redirect("delegation")


@require_http_methods(["GET", "POST"])
def token_list(request: AuthenticatedRequest) -> HttpResponse:
    """A new token is shown in the answer to its form, once."""
    form, value = TokenForm(posted(request)), ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        days = int(asked["days"]) if asked["days"] else None
        scopes = tuple(asked["scopes"].split())
        _, value = tokens.create_token(
            actor=request.user, user=request.user, label=asked["label"], days=days, scopes=scopes
        )
        form = TokenForm()
    found = ApiToken.objects.select_related("user__person")
    if not request.user.has_role(Role.ADMIN):
        found = found.filter(user=request.user)
    context = {"form": form, "value": value, "tokens": found[:200], "now": clock.now()}
    return render(request, "users/token_list.html", context, status=422 if form.is_bound else 200)


@require_POST
def token_revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = ApiToken.objects.select_related("user")
    if not request.user.has_role(Role.ADMIN):
        found = found.filter(user=request.user)
    tokens.revoke_token(actor=request.user, token=get_object_or_404(found, pk=pk))
    messages.success(request, "The token no longer works.")
    return redirect("token_list")

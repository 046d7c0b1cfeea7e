"""Settings: the attributes of accounts that the workspace defines itself."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.choices import AttributeKind
from accounts.models import CustomAttribute
from accounts.services import custom_attributes


class AttributeForm(forms.Form):
    label = forms.CharField(max_length=80, label="Name")
    kind = forms.ChoiceField(choices=AttributeKind.choices, label="Holds")
    choices = forms.CharField(
        required=False, label="Words to choose from", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line. Only for “one of a few words”; none means any word.",
    )  # fmt: skip

    def clean_choices(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]


def _check(request: AuthenticatedRequest) -> None:
    if not policies.may_import(request.user):
        raise PermissionDenied


@require_GET
def attribute_list(request: AuthenticatedRequest) -> HttpResponse:
    _check(request)
    return render(request, "accounts/attribute_list.html", {"attributes": CustomAttribute.objects.all()})


@require_http_methods(["GET", "POST"])
def attribute_create(request: AuthenticatedRequest) -> HttpResponse:
    _check(request)
    form = AttributeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = custom_attributes.add_attribute(actor=request.user, **form.cleaned_data)
        except (ValidationError, DomainError) as error:
            form.add_error("label", _words(error))
        else:
            messages.success(request, f"{made.label} can be filled by an import now.")
            return redirect("attribute_list")
    context = {"form": form, "title": "A new attribute"}
    return render(request, "accounts/attribute_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def attribute_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Name and words; what it holds stays, because values and scorecards rest on it."""
    _check(request)
    attribute = get_object_or_404(CustomAttribute, pk=pk)
    start = {"label": attribute.label, "kind": attribute.kind, "choices": "\n".join(attribute.choices)}
    form = AttributeForm(request.POST if request.method == "POST" else None, initial=start)
    form.fields["kind"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            custom_attributes.change_attribute(
                actor=request.user, attribute=attribute, label=form.cleaned_data["label"],
                choices=form.cleaned_data["choices"],
            )  # fmt: skip
        except (ValidationError, DomainError) as error:
            form.add_error("label", _words(error))
        else:
            return redirect("attribute_list")
    context = {"form": form, "title": attribute.label, "attribute": attribute}
    return render(request, "accounts/attribute_form.html", context, status=422 if form.errors else 200)


@require_POST
def attribute_retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """No longer offered; with `restore` offered again."""
    _check(request)
    attribute = get_object_or_404(CustomAttribute, pk=pk)
    try:
        custom_attributes.retire_attribute(
            actor=request.user, attribute=attribute, retired="restore" not in request.POST
        )
    except ValidationError as error:
        messages.error(request, _words(error))
    return redirect("attribute_list")


def _words(error: ValidationError | DomainError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)

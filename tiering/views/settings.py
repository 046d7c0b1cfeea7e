"""The rules of the workspace: one form over one versioned row."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from abxsite.lib.http import AuthenticatedRequest
from tiering import policies
from tiering.forms.settings import SettingsForm
from tiering.services.settings import change_settings, current_settings


@require_http_methods(["GET", "POST"])
def settings_detail(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, "change the settings")
    settings = current_settings()
    form = SettingsForm(request.POST if request.method == "POST" else None, settings=settings)
    if request.method == "POST" and form.is_valid():
        saved = change_settings(actor=request.user, **form.cleaned_data)
        if saved.version == settings.version:
            messages.info(request, "Nothing differed.")
        else:
            messages.success(request, f"Saved as version {saved.version}. An open review keeps what it froze.")
        return redirect("settings_detail")
    context = {"form": form, "settings": settings}
    return render(request, "tiering/settings_detail.html", context, status=422 if form.errors else 200)

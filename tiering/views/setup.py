"""First run: what was found, what is proposed, and its publication."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from tiering import policies
from tiering.forms.setup import SetupForm
from tiering.services.settings import current_settings
from tiering.services.setup import apply_setup, propose_setup


@require_http_methods(["GET", "POST"])
def setup_detail(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, "set the workspace up")
    proposal, settings = propose_setup(), current_settings()
    if not proposal.accounts:
        return render(request, "tiering/setup_detail.html", {"proposal": proposal})
    form = SetupForm(request.POST if request.method == "POST" else None, proposal=proposal, settings=settings)
    if request.method == "POST" and form.is_valid():
        try:
            run = apply_setup(actor=request.user, answers=form.answers())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Set up. {proposal.accounts:,} accounts are being scored.")
            return redirect("run_detail", run.pk)
    context = {"form": form, "proposal": proposal, "settings": settings}
    return render(request, "tiering/setup_detail.html", context, status=422 if form.errors else 200)

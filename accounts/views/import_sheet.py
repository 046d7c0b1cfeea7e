"""Another sheet of the workbook that was uploaded."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts.services import import_files
from accounts.views.import_access import job_of


@require_POST
def import_sheet(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    try:
        import_files.choose_sheet(actor=request.user, job=job, sheet=request.POST.get("sheet", ""))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("import_detail", job.pk)

"""Who may open an import."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.models import ImportJob


def job_of(request: AuthenticatedRequest, pk: int | None = None) -> ImportJob:
    """The import, for those who import files; others are told that it is not theirs."""
    if not policies.may_import(request.user):
        raise PermissionDenied
    job: ImportJob = get_object_or_404(ImportJob.objects.select_related("actor__person"), pk=pk)
    return job

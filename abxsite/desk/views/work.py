"""Pages across all apps."""

from django.http import HttpResponse
from django.shortcuts import render

from abxsite.lib.http import AuthenticatedRequest


def my_work(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "desk/my_work.html", {"title": "My work"})

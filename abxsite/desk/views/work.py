"""My work: what waits for this person, oldest first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from abxsite.desk import work
from abxsite.lib import clock
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users.services.notifications import mark_read
from accounts.unmatched import MOST_COUNTED
from reviews.services.work import for_user

SHOWN = 8


@require_GET
def my_work(request: AuthenticatedRequest) -> HttpResponse:
    urls = {
        "import": reverse("import_create"),
        "setup": reverse("setup_detail"),
        "scorecard": reverse("scorecard_detail"),
        "reviews": reverse("cycle_list"),
    }
    due = work.deliveries_due(request.user)
    deliveries = list(due[:SHOWN])
    imports = list(work.imports_waiting(request.user)[:10])
    hints = work.hints_waiting(request.user)
    reviews = for_user(request.user)
    tasks = work.data_tasks(request.user, SHOWN)
    steps = work.first_steps(request.user, urls)
    context = {
        "reviews": reviews,
        "deliveries": deliveries,
        "deliveries_count": due.count() if len(deliveries) == SHOWN else len(deliveries),
        "imports": imports,
        "data_tasks": tasks,
        "hints": f"{MOST_COUNTED}+" if hints > MOST_COUNTED else hints,
        "notices": work.unread(request.user)[:10],
        "steps": steps,
        "today": clock.today(),
        "quiet": not (deliveries or imports or tasks or hints or steps or reviews.count),
    }
    return render(request, "desk/my_work.html", context)


@require_POST
def notices_read(request: AuthenticatedRequest) -> HttpResponse:
    """One piece of news (`notice`) or, without it, all of them leave My work."""
    notice = request.POST.get("notice", "")
    mark_read(actor=request.user, notice=int(notice) if notice.isdecimal() and len(notice) < 18 else None)
    return redirect("my_work")

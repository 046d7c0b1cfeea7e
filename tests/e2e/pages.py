"""Every page that is photographed and audited by `make shots`. Add yours: a name, where it is, who looks."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from django.urls import reverse
from playwright.sync_api import Page

from abxsite.lib import clock
from abxsite.users.choices import Role
from abxsite.users.models import User
from accounts.models import Account, Cluster, ImportJob, Tie
from accounts.services import imports
from entitlements.models import Delivery, Entitlement
from reviews.models import Cycle
from tests.e2e import import_shots, list_pages, matching_shots
from tiering.forms.backtests import usual_window
from tiering.models import Backtest, Run, Score, Scorecard, Tier
from tiering.services import backtests


@dataclass(frozen=True)
class Shot:
    """`at` is a URL name, a path that starts with `/`, or a function that finds either (None: nothing to show).

    `role` None means nobody is signed in; `then` does what is needed before the picture (opens a dialog, say).
    `status` is the expected answer.
    """

    name: str
    at: str | Callable[[], str | None]
    role: Role | None = Role.MARKETER
    then: Callable[[Page], None] | None = None
    status: int = 200

    def path(self) -> str | None:
        place = self.at() if callable(self.at) else self.at
        return place if place is None or place.startswith("/") else reverse(place)


def _open(dialog: str) -> Callable[[Page], None]:
    return lambda page: page.evaluate(f"document.getElementById('{dialog}').showModal()")


ENTRANCE = [
    Shot("login", "account_login", None),
    Shot("login-reset", "account_reset_password", None),
    Shot("login-reset-done", "account_reset_password_done", None),
    Shot("not-found", "/not/a/page/", status=404),
]
ME = [
    Shot("password", "account_change_password", Role.REP),
    Shot("two-factor", "mfa_index", Role.REP),
    Shot("is-it-you", "mfa_activate_totp", Role.REP),
    Shot("keys", "my_work", Role.REP, _open("keys")),
    Shot("search-open", "my_work", Role.REP, _open("search")),
]
WORK = [Shot(f"my-work-{role.value}", "my_work", role) for role in Role]


def _account(query: str = "", **facts: object) -> Callable[[], str | None]:
    """The first account with these facts, the best score first; its page with `query`."""

    def find() -> str | None:
        scored = Score.objects.filter(run__is_current=True).order_by("-total").values_list("account_id", flat=True)
        wanted = set(Account.objects.filter(**facts).values_list("pk", flat=True))
        found = next((pk for pk in scored if pk in wanted), None) or next(iter(sorted(wanted)), None)
        return f"{reverse('account_detail', args=[found])}{query}" if found else None

    return find


def _part(name: str, **facts: object) -> Callable[[], str | None]:
    """A form page of an account."""

    def find() -> str | None:
        first = Account.objects.filter(**facts).order_by("pk").first()
        return reverse(name, args=[first.pk]) if first else None

    return find


def _cluster(name: str) -> Callable[[], str | None]:
    def find() -> str | None:
        first = Cluster.objects.filter(memberships__until__isnull=True).order_by("pk").first()
        return reverse(name, args=[first.pk]) if first else None

    return find


def _judging() -> str | None:
    first = Account.objects.order_by("pk").first()
    return reverse("judgement_add", args=[first.pk, "need"]) if first else None


def _tying(page: Page) -> None:
    """One key opens the form on the page itself."""
    if (page.viewport_size or {"width": 0})["width"] > 760:
        page.keyboard.press("t")
    else:
        page.get_by_role("link", name="Add tie").click()
    page.locator("#panel form").wait_for()


def _sponsor() -> str | None:
    tie = Tie.objects.filter(kind="executive_sponsor", person__isnull=False).first()
    return reverse("sponsor_detail", args=[tie.person_id]) if tie else None


def _opening(page: Page) -> None:
    page.locator("button.ax-disc").nth(0).click()


def _selecting(page: Page) -> None:
    """Two rows; on a phone rows are cards without a box."""
    for number in (1, 3):
        box = page.locator("input[data-ax-select]").nth(number)
        if box.is_visible():
            box.check()


WAITING = {"moves__state": "pending"}
ACCOUNTS = [
    Shot("account-list", "account_list"),
    Shot("account-list-filtered", lambda: reverse("account_list") + "?tier=list&status=prospect&sort=potential"),
    Shot("account-list-selected", "account_list", then=_selecting),
    Shot("account-list-rep", "account_list", Role.REP),
    Shot("account-list-filter", list_pages.changed_view, then=list_pages.open_filter),
    Shot("account-list-columns", "account_list", then=list_pages.open_columns),
    Shot("account-list-views", list_pages.changed_view, then=list_pages.open_views),
    Shot("account-list-wide", list_pages.wide_list),
    Shot("account-list-wrong", lambda: reverse("account_list") + "?colour=blue&employees.gte=many"),
    Shot("account-list-export", "account_list", then=list_pages.open_export),
    Shot("account-filter", lambda: reverse("account_filter") + "?" + list_pages.QUERY),
    Shot("account-columns", "account_columns"),
    Shot("view-list", "view_list"),
    Shot("view-new", lambda: reverse("view_create") + "?" + list_pages.QUERY),
    Shot("segment-list", "segment_list"),
    Shot("segment", list_pages.segment),
    Shot("segment-edit", list_pages.segment_form),
    Shot("account-list-none", lambda: reverse("account_list") + "?q=nowhere"),
    Shot("account-why", _account()),
    Shot("account-why-move", _account(**WAITING), then=_opening),
    Shot("account-why-off-list", _account(placements__isnull=True)),
    Shot("account-people", _account("?tab=people", **WAITING)),
    Shot("account-signals", _account("?tab=signals", **WAITING)),
    Shot("account-whitespace", _account("?tab=whitespace", buying_centers__isnull=False)),
    Shot("account-deliveries", _account("?tab=deliveries", deliveries__state="due")),
    Shot("account-opportunities", _account("?tab=opportunities", opportunities__outcome="won")),
    Shot("account-whitespace-group", _account("?tab=whitespace", followed_by__since__isnull=False)),
    Shot("account-facts", _account("?tab=facts", **WAITING)),
    Shot("account-dossier", _account("?tab=dossier", dossier__section="pain")),
    Shot("account-dossier-none", _account("?tab=dossier", dossier__isnull=True)),
    Shot("account-tie-inline", _account("?tab=people", **WAITING), then=_tying),
    Shot("account-people-rep", _account("?tab=people", **WAITING), Role.LEADER),
    Shot("account-contact", _part("contact_add")),
    Shot("sponsor", _sponsor),
    Shot("quality", "quality_detail"),
    Shot("quality-leader", "quality_detail", Role.LEADER),
    Shot("quality-stale", lambda: reverse("quality_detail") + "?show=stale"),
    Shot("quality-none", lambda: reverse("quality_detail") + "?owner=me"),
    Shot("account-history", _account("?tab=history", moves__state="applied")),
    Shot("account-create", "account_create"),
    Shot("account-edit", _part("account_edit")),
    Shot("account-tie", _part("tie_add")),
    Shot("account-potential", _part("potential_enter")),
    Shot("account-judge", _judging),
    Shot("cluster-list", "cluster_list"),
    Shot("cluster", _cluster("cluster_detail")),
    Shot("cluster-edit", _cluster("cluster_edit")),
    Shot("cluster-content", lambda: f"{_cluster('cluster_detail')()}?tab=content"),
    Shot("cluster-history", lambda: f"{_cluster('cluster_detail')()}?tab=history"),
    Shot("cluster-split", _cluster("cluster_split")),
    Shot("cluster-merge", _cluster("cluster_merge")),
    Shot("cluster-create", "cluster_create"),
    Shot("cluster-suggestions", "cluster_suggestion_list"),
    Shot("icp-rules", "icp_detail"),
    Shot("icp-rule-new", "icp_rule_add"),
    Shot("icp-accounts", lambda: reverse("icp_account_list") + "?show=fails"),
    Shot("icp-wins", "icp_win_list"),
    Shot("icp-shared", "icp_shared"),
    Shot("icp-lookalikes", "icp_lookalike_list"),
    Shot("search", lambda: reverse("search") + "?q=en"),
]


COLUMNS = b"""Company,Website,Country,Employees,Revenue,Owner
Fjordlys Kraft,www.fjordlys.example,Norway,500,150.5,Rea Rep
Tindra Verk,tindra.example,Sweden,many,90,Otto Berg
Halden Foods,halden.example,Norway,80,12.25,Rea Rep
"""


def _import(stage: str) -> Callable[[], str | None]:
    """An import at this stage; where there is none a small file is taken that far."""

    def find() -> str | None:
        job = ImportJob.objects.filter(stage=stage, status="done").first()
        if job is None:
            job = imports.start_import(actor=None, kind="accounts", file=BytesIO(COLUMNS), file_name="fair.csv")
            if stage != "mapping":
                answers = {"units": {"revenue": "millions"}}
                job = imports.set_mapping(actor=None, job=job, mapping=job.mapping, options=answers)
                job = imports.run_to_end(job, until=stage)
        return reverse("import_detail", args=[job.pk])

    return find


IMPORTS = [
    Shot("import-list", "import_list"),
    Shot("import-upload", "import_create"),
    Shot("import-columns", _import("mapping")),
    Shot("import-trial", _import("review")),
    Shot("import-result", _import("applied")),
    Shot("import-columns-own", import_shots.columns),
    Shot("import-columns-deals", import_shots.deals),
    Shot("import-trial-update", import_shots.at("review", "accounts-trial.csv", "?show=update")),
    Shot("import-trial-conflict", import_shots.at("review", "accounts-trial.csv", "?show=conflict")),
    Shot("import-conflicts", import_shots.conflicts),
    Shot("import-undo", import_shots.undo()),
    Shot("import-undo-back", import_shots.undo("?show=back")),
    Shot("import-attributes", import_shots.attributes),
    Shot("import-attribute-new", "attribute_create"),
]


def _entitlement() -> str | None:
    first = Entitlement.objects.order_by("tier__order", "id").first()
    return reverse("entitlement_edit", args=[first.pk]) if first else None


def _skipping(page: Page) -> None:
    page.get_by_role("link", name="Skip: ").first.click()
    page.locator(".ax-settle").wait_for()


def _briefings() -> str | None:
    """A board of two rows, so that the bulk bar covers none."""
    due = Delivery.objects.due().filter(entitlement__name="Executive briefing", account__isnull=False).first()
    return f"{reverse('delivery_list')}?show=due&q=briefing&account={due.account_id}" if due else None


def _ticked(page: Page) -> None:
    if (page.viewport_size or {"width": 0})["width"] > 760:  # a phone has no ticks
        page.locator("[data-ax-select-page]").check()


CAPACITY = [
    Shot("capacity", "capacity_detail"),
    Shot("capacity-leader", "capacity_detail", Role.LEADER),
    Shot("capacity-people", "capacity_people"),
    Shot("capacity-budget", "capacity_budget"),
    Shot("capacity-publish", "caps_publish"),
    Shot("capacity-person", "worker_create"),
    Shot("capacity-entitlement", _entitlement),
    Shot("deliveries", lambda: reverse("delivery_list") + "?show=overdue"),
    Shot("deliveries-due", lambda: reverse("delivery_list") + "?show=due"),
    Shot("deliveries-done", lambda: reverse("delivery_list") + "?show=done"),
    Shot("deliveries-rep", "delivery_list", Role.REP),
    Shot("deliveries-ticked", _briefings, then=_ticked),
    Shot("deliveries-skip", lambda: reverse("delivery_list") + "?show=due", then=_skipping),
]


def _tier() -> str | None:
    first = Tier.objects.active().order_by("order").first()
    return reverse("tier_edit", args=[first.pk]) if first else None


def _cycle(name: str, **found: str) -> Callable[[], str | None]:
    def at() -> str | None:
        first = Cycle.objects.filter(**found or {"status": "open"}).order_by("-id").first()
        return reverse(name, args=[first.pk]) if first else None

    return at


def _pressed(key: str, waits_for: str) -> Callable[[Page], None]:
    def then(page: Page) -> None:
        page.keyboard.press(key)
        page.locator(waits_for).wait_for()

    return then


REVIEWS = [
    Shot("reviews", "cycle_list"),
    Shot("reviews-rep", "cycle_list", Role.REP),
    Shot("review-open", lambda: reverse("cycle_list") + "?open"),
    Shot("review", _cycle("cycle_detail")),
    Shot("review-published", _cycle("cycle_detail", status="published")),
    Shot("review-publish", _cycle("cycle_publish")),
    Shot("review-cancel", _cycle("cycle_cancel")),
    Shot("queue-marketer", _cycle("move_queue")),
    Shot("queue-rep", _cycle("move_queue"), Role.REP),
    Shot("queue-leader", _cycle("move_queue"), Role.LEADER),
    Shot("queue-list", lambda: (_cycle("move_queue")() or "") + "?list", Role.REP),
    Shot("queue-end", lambda: (_cycle("move_queue")() or "") + "?done", Role.ADMIN),
    Shot("queue-veto", _cycle("move_queue"), Role.MARKETER, _pressed("v", ".ax-reasons")),
    Shot("queue-amend", _cycle("move_queue"), Role.MARKETER, _pressed("m", ".ax-reasons")),
    Shot("queue-snooze", _cycle("move_queue"), Role.MARKETER, _pressed("s", "input[type=date]")),
    Shot("review-bulk", _cycle("move_bulk")),
]
RULES = [
    Shot("setup", "setup_detail"),
    Shot("tiers", "tier_list"),
    Shot("tiers-rep", "tier_list", Role.REP),
    Shot("tier", _tier),
    Shot("tier-new", "tier_create"),
    Shot("rules", "settings_detail"),
]


def _current_run() -> str | None:
    run = Run.objects.filter(is_current=True).first()
    return reverse("run_detail", args=[run.pk]) if run else None


def _opened(page: Page) -> None:
    page.locator("[aria-controls=def-signals]").click()


def _backtest(name: str = "backtest_detail", query: str = "") -> Callable[[], str | None]:
    """Of the two newest versions over the demo's deals, made where there is none."""

    def url() -> str | None:
        found = Backtest.objects.filter(status="done").first()
        versions = Scorecard.objects.filter(criteria__isnull=False).distinct().order_by("-version")[:2]
        marketer = User.objects.filter(roles__contains=["marketer"]).first()
        if found is None and versions and marketer:
            since, until = usual_window(clock.today())
            against = versions[1] if len(versions) > 1 else None
            started = backtests.start_backtest(
                actor=marketer, scorecard=versions[0], against=against, since=since, until=until
            )
            found = backtests.run_to_end(started)
        return reverse(name, args=[found.pk]) + query if found else None

    return url


SCORECARD = [
    Shot("scorecard", "scorecard_detail"),
    Shot("scorecard-opened", "scorecard_detail", then=_opened),
    Shot("scorecard-rep", "scorecard_detail", Role.REP),
    Shot("scorecard-versions", "scorecard_list"),
    Shot("runs", "run_list"),
    Shot("run", _current_run),
    Shot("backtest", _backtest()),
    Shot("backtests", "backtest_list"),
    Shot("backtest-deals", _backtest("backtest_deals", "?side=0"), Role.REP),
]


MATCHING = [
    Shot("unmatched", matching_shots.parked("unmatched_list")),
    Shot("unmatched-links", matching_shots.parked("alias_list")),
    Shot("duplicates", matching_shots.doubles("duplicate_list")),
    Shot("duplicates-dismissed", lambda: reverse("duplicate_list") + "?state=dismissed"),
    Shot("merge", matching_shots.doubles("account_merge")),
    Shot("merge-pick", matching_shots.doubles("account_merge_pick")),
    Shot("merges", matching_shots.doubles("merge_list")),
    Shot("merge-done", matching_shots.doubles("merge_detail")),
    Shot("account-new-alike", "account_create", then=matching_shots.alike),
]


def _somebody() -> str | None:
    rep = User.objects.filter(roles__contains=["rep"]).order_by("pk").first()
    return reverse("person_edit", args=[rep.person_id]) if rep else None


INSIGHTS = [
    Shot("insights", "insights_detail", Role.LEADER),
    Shot("insights-now", lambda: reverse("insights_detail") + "?tier_as_of=now", Role.LEADER),
    Shot("insights-industry", lambda: reverse("insights_detail") + "?by=industry", Role.LEADER),
    Shot("insights-filter", "insights_detail", Role.LEADER, _open("filter")),
    Shot("insights-rep", "insights_detail", Role.REP),
    Shot("deals", lambda: reverse("opportunity_list") + "?measure=won", Role.LEADER),
]
PEOPLE = [
    Shot("settings", "settings_home", Role.ADMIN),
    Shot("settings-rep", "settings_home", Role.REP),
    Shot("people", "people_list", Role.ADMIN),
    Shot("person", _somebody, Role.ADMIN),
    Shot("person-invite", "person_invite", Role.ADMIN),
    Shot("teams", "team_list", Role.ADMIN),
    Shot("team-new", "team_create", Role.ADMIN),
    Shot("delegation", "delegation", Role.REP),
    Shot("tokens", "token_list", Role.ADMIN),
    Shot("profile", "profile", Role.REP),
    Shot("audit", "audit_list", Role.LEADER),
    Shot("audit-filter", "audit_list", Role.LEADER, _open("filter")),
]

PAGES: list[Shot] = [
    *ENTRANCE, *WORK, *ACCOUNTS, *MATCHING, *IMPORTS, *CAPACITY, *REVIEWS, *RULES, *SCORECARD, *INSIGHTS, *PEOPLE, *ME,
]  # fmt: skip

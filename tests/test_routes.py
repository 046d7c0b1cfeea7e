"""Every URL × every role: what it answers. A route that the table misses fails (DESIGN §7).

The object behind a URL belongs to the rep's team. `POST` rows send what would go through, so that a refusal is
about the person; each request is rolled back. Add a page: one line here, and its object in `routes_workspace.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from abxsite.lib import clock
from tests.cast import Cast
from tests.routes_workspace import Workspace, make_workspace

ROLES = ("admin", "marketer", "leader", "manager", "rep", "other_rep", "stranger")
Expected = dict[str, int]


def everybody(status: int = 200) -> Expected:
    return dict.fromkeys(ROLES, status)


def only(*roles: str, status: int = 200, others: int = 403) -> Expected:
    return {role: status if role in roles else others for role in ROLES}


KEEPERS = ("admin", "marketer")
#: Who changes the account of the rep's team; a leader reads it, another team does not know that it is there.
EDITS = {"admin": 200, "marketer": 200, "leader": 403, "manager": 200, "rep": 200, "other_rep": 404, "stranger": 404}
SEES = only("admin", "marketer", "leader", "manager", "rep", others=404)
STAFF = everybody() | {"stranger": 403}
DELIVERS = {"admin": 200, "marketer": 200, "leader": 403, "manager": 403, "rep": 200, "other_rep": 404, "stranger": 403}


def goes(expected: Expected, status: int = 302) -> Expected:
    """The same people, whose write goes through and leads on."""
    return {role: status if code == 200 else code for role, code in expected.items()}


@dataclass(frozen=True)
class Route:
    """`args` name objects of the workspace; a word after `=` is taken as it is."""

    expected: Expected
    args: tuple[str, ...] = ()
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)


def get(expected: Expected, *args: str) -> Route:
    return Route(expected, args)


def post(expected: Expected, *args: str, **data: Any) -> Route:
    return Route(expected, args, "post", data)


def day(ahead: int) -> str:
    return (clock.today() + timedelta(days=ahead)).isoformat()


#: {URL name: what a page answers, or several}.
ROUTES: dict[str, tuple[Route, ...]] = {
    # the desk
    "my_work": (get(everybody()),),
    "search": (get(everybody()),),
    "notices_read": (post(everybody(302)),),
    "account_list": (get(everybody()),),
    "account_detail": (get(SEES, "account"),),
    "account_bulk_assign": (post(only("admin", "marketer", "manager", status=302)),),
    "account_bulk_cluster": (post(only(*KEEPERS, status=302)),),
    "account_bulk_signal": (
        post(only(*KEEPERS, "manager", "rep", "other_rep", status=302), kind="webinar", on=day(-1)),
    ),
    "account_export": (post(everybody()),),
    "account_filter": (get(everybody()), post(everybody(302))),
    "account_columns": (get(everybody()),),
    "account_counts": (get(everybody(302)),),
    "view_list": (get(everybody()),),
    "view_create": (get(everybody()), post(everybody(302), name="Ports")),
    "view_edit": (get(only(*KEEPERS), "view"), post(only(*KEEPERS, status=302), "view", name="Ports")),
    "view_save": (post(only(*KEEPERS, status=302), "view", query="q=port"),),
    "view_delete": (post(only(*KEEPERS, status=302), "view"),),
    "view_default": (post(everybody(302), "view"),),
    "audit_list": (get(only("admin", "marketer", "leader")),),
    "first_run": (
        get(everybody(404)),
        post(everybody(404), name="Eve", email="eve@vendor.example", password="seven-blue-herons"),
    ),
    # people and what they set for themselves
    "settings_home": (get(everybody()),),
    "people_list": (get(everybody()),),
    "person_invite": (
        get(only("admin")),
        post(only("admin"), name="Nora", email="nora@vendor.example", roles="rep"),
    ),
    "person_edit": (
        get(only("admin"), "person"),
        post(only("admin", status=302), "person", name="Rea", roles="rep", active="on"),
    ),
    "person_link": (post(only("admin"), "person"),),
    "team_list": (get(everybody()),),
    "team_create": (get(only("admin")), post(only("admin", status=302), name="Alps")),
    "team_edit": (get(only("admin"), "team"), post(only("admin", status=302), "team", name="Alps")),
    "delegation": (get(everybody()),),
    "delegation_end": (post(only("admin", "manager", "rep", status=302, others=404), "delegation"),),
    "token_list": (get(everybody()), post(everybody(), label="x", scopes="read", days="30")),
    "token_revoke": (post(only("admin", "rep", status=302, others=404), "token"),),
    "profile": (get(everybody()), post(everybody(302), name="X", theme="dark")),
    "theme_set": (post(everybody(204), theme="dark"),),
    # imports
    "import_list": (get(only(*KEEPERS)),),
    "import_create": (get(only(*KEEPERS)), post(only(*KEEPERS))),
    "import_detail": (get(only(*KEEPERS), "job"),),
    "import_mapping": (post(only(*KEEPERS, status=422), "job"),),
    "import_remap": (post(only(*KEEPERS, status=302), "job"),),
    "import_apply": (post(only(*KEEPERS, status=302), "job"),),
    "import_progress": (get(only(*KEEPERS, status=302), "job"),),
    "import_cancel": (post(only(*KEEPERS, status=302), "job"),),
    "import_sheet": (post(only(*KEEPERS, status=302), "job", sheet="None such"),),
    "import_retry": (post(only(*KEEPERS, status=409), "job"),),
    "import_errors": (get(only(*KEEPERS), "job"),),
    "attribute_list": (get(only(*KEEPERS)),),
    "attribute_create": (get(only(*KEEPERS)), post(only(*KEEPERS, status=422))),
    "attribute_edit": (get(only(*KEEPERS), "attribute"), post(only(*KEEPERS, status=422), "attribute")),
    "attribute_retire": (post(only(*KEEPERS, status=302), "attribute"),),
    "import_conflicts": (get(only(*KEEPERS), "job"),),
    "import_decide": (post(only(*KEEPERS, status=302), "job"),),
    "import_bring_in": (post(only(*KEEPERS, status=302), "job"),),
    "import_undo_look": (post(only(*KEEPERS, status=302), "job"),),
    "import_undo_leave": (post(only(*KEEPERS, status=302), "job"),),
    "import_undo": (post(only(*KEEPERS, status=302), "job"),),
    # signals without an account, duplicates, merges
    "unmatched_list": (get(only(*KEEPERS)),),
    "unmatched_link": (post(only(*KEEPERS, status=422)),),
    "unmatched_link_exact": (post(only(*KEEPERS, status=302)),),
    "unmatched_create": (post(only(*KEEPERS, status=409), key="d:none.example"),),
    "unmatched_ignore": (post(only(*KEEPERS, status=409), key="d:none.example"),),
    "alias_list": (get(only(*KEEPERS)),),
    "alias_undo": (post(only(*KEEPERS, status=302), "alias"),),
    "duplicate_list": (get(only(*KEEPERS)),),
    "duplicate_dismiss": (post(only(*KEEPERS, status=302), "pair"),),
    "duplicate_scan": (post(only(*KEEPERS, status=302)),),
    "duplicate_scan_progress": (get(only(*KEEPERS, status=302), "scan"),),
    "duplicate_scan_cancel": (post(only(*KEEPERS, status=302), "scan"),),
    "account_merge_pick": (get(only(*KEEPERS), "account"), post(only(*KEEPERS, status=302), "account", other="Beta")),
    "account_merge": (get(only(*KEEPERS), "account", "held"), post(only(*KEEPERS, status=302), "account", "held")),
    "merge_list": (get(only(*KEEPERS)),),
    "merge_detail": (get(only(*KEEPERS), "merge"),),
    "merge_undo": (post(only(*KEEPERS, status=302), "merge"),),
    # accounts
    "account_create": (get(only("admin", "marketer", "manager", "rep", "other_rep")),),
    "account_edit": (get(EDITS, "account"), post(goes(EDITS), "account", name="Alpha", status="prospect")),
    "account_assign": (get(EDITS | {"rep": 403}, "account"), post(goes(EDITS | {"rep": 403}), "account", owner="")),
    "contact_add": (get(EDITS, "account"),),
    "tie_add": (get(EDITS, "account"),),
    "judgement_add": (get(EDITS, "account", "=need"),),
    "potential_enter": (get(EDITS, "account"), post(goes(EDITS), "account", amount="1000")),
    "buying_center_add": (get(EDITS, "account"),),
    "signal_record": (get(EDITS, "account"),),
    "contact_strength": (get(EDITS, "contact"),),
    "contact_edit": (get(EDITS, "contact"), post(goes(EDITS), "contact", name="Astrid")),
    # 422: nobody said yet how well they are known
    "contact_confirm": (post(goes(EDITS, 422), "contact"),),
    "contact_leave": (get(EDITS, "contact"), post(goes(EDITS), "contact", on=day(0))),
    "contact_return": (post(goes(EDITS, 409), "contact"),),  # has not left
    "contact_move": (get(EDITS, "contact"), post(goes(EDITS), "contact", account="Beta")),
    "contact_delete": (post(goes(EDITS), "contact"),),
    "tie_end": (post(goes(EDITS), "tie"),),
    "sponsor_detail": (
        get(everybody(), "person"),
        post(only(*KEEPERS, status=302), "person", sponsors_at_most="3"),
    ),
    "account_follow": (post(goes(EDITS), "account", follow="1"),),
    "buying_center_edit": (get(EDITS, "center"),),
    "buying_center_close": (post(goes(EDITS), "center"),),
    "buying_center_reopen": (post(goes(EDITS, 409), "center"),),  # is open
    "dossier_add": (get(EDITS, "account"), post(goes(EDITS), "account", section="pain", text="Late parts")),
    "dossier_edit": (get(EDITS, "dossier"), post(goes(EDITS), "dossier", text="Late crews")),
    "dossier_confirm": (post(goes(EDITS), "dossier"),),
    "dossier_retire": (post(goes(EDITS), "dossier"),),
    # a tie needs a second person's word, so not that of the rep who entered it
    "tie_confirm": (post(goes(EDITS) | {"rep": 422}, "tie"),),
    "segment_list": (get(everybody()),),
    "segment_create": (
        get(everybody()),
        post(everybody(302), name="Ports", **{"industry~op": "in", "industry": "Ports"}),
    ),
    "segment_detail": (get(everybody(), "segment"),),
    "segment_edit": (get(only(*KEEPERS), "segment"), post(only(*KEEPERS, status=422), "segment", name="Ports")),
    "segment_delete": (post(only(*KEEPERS, status=302), "segment"),),
    "cluster_list": (get(everybody()),),
    "cluster_create": (get(only(*KEEPERS)),),
    "cluster_detail": (get(everybody(), "cluster"),),
    "cluster_edit": (get(only(*KEEPERS), "cluster"),),
    "cluster_suggestion_list": (get(only(*KEEPERS)),),
    "cluster_suggestion_make": (post(only(*KEEPERS, status=422)),),
    "cluster_conditions": (get(only(*KEEPERS), "cluster"), post(only(*KEEPERS, status=302), "cluster")),
    "cluster_split": (get(only(*KEEPERS), "cluster"),),
    "cluster_merge": (get(only(*KEEPERS), "cluster"),),
    "cluster_add": (post(only(*KEEPERS, status=302) | {"other_rep": 404, "stranger": 404}, "cluster", "account"),),
    "cluster_item_add": (post(only(*KEEPERS, status=302), "cluster", name="Map"),),
    "cluster_item_change": (post(only(*KEEPERS, status=302), "item", do="done"),),
    "cluster_freeze": (post(only(*KEEPERS, status=302), "cluster"),),
    "cluster_remove": (post(only(*KEEPERS, status=302) | {"other_rep": 404, "stranger": 404}, "cluster", "account"),),
    # the model
    "scorecard_detail": (get(everybody()),),
    "scorecard_start": (post(only(*KEEPERS, status=302)),),
    "scorecard_draft": (post(only(*KEEPERS, status=302)),),
    "scorecard_list": (get(everybody()),),
    "scorecard_version": (get(everybody(), "draft"),),
    "scorecard_preview": (get(everybody(), "draft"),),
    # 422: nothing was sent, which the form says before the service asks who it is
    "scorecard_save": (post(only(*KEEPERS, status=422), "draft"),),
    "scorecard_publish": (post(only(*KEEPERS, status=422), "draft"),),
    "scorecard_discard": (post(only(*KEEPERS, status=302), "draft"),),
    # data quality: nothing is scored yet, so no fact is known and none is asked for
    "quality_detail": (get(everybody()),),
    "fact_check": (post(goes(EDITS, 422), "account", all="1"),),
    "data_task_open": (get(goes(EDITS, 404), "account"),),
    "data_task_done": (post(goes(EDITS), "data_task"),),
    "run_list": (get(everybody()),),
    "run_start": (post(only(*KEEPERS, status=302)),),
    "run_detail": (get(everybody(), "run"),),
    "run_cancel": (post(only(*KEEPERS, status=409), "run"),),
    "run_retry": (post(only(*KEEPERS, status=302), "run"),),
    "backtest_list": (get(everybody()),),
    "backtest_start": (post(only("admin", "marketer", "leader", status=422)),),
    "backtest_detail": (get(everybody(), "backtest"),),
    "backtest_cancel": (post(only("admin", "marketer", "leader", status=302), "backtest"),),
    "backtest_deals": (get(everybody(), "backtest"),),
    "icp_detail": (get(everybody()),),
    "icp_account_list": (get(everybody()),),
    "icp_win_list": (get(only("admin", "marketer", "leader")),),
    "icp_shared": (get(only("admin", "marketer", "leader")),),
    "icp_lookalike_list": (get(only("admin", "marketer", "leader")),),
    "icp_rule_add": (get(only(*KEEPERS)), post(only(*KEEPERS, status=422))),
    "icp_rule_edit": (get(only(*KEEPERS), "icp_rule"),),
    "icp_rule_end": (get(only(*KEEPERS), "icp_rule"), post(only(*KEEPERS, status=302), "icp_rule")),
    "setup_detail": (get(only(*KEEPERS)),),
    "settings_detail": (get(only(*KEEPERS)),),
    "tier_list": (get(everybody()),),
    "tier_create": (get(only(*KEEPERS)),),
    "tier_edit": (get(only(*KEEPERS), "tier"),),
    "tier_up": (post(only(*KEEPERS, status=302), "tier"),),
    "tier_down": (post(only(*KEEPERS, status=302), "tier"),),
    "tier_retire": (post(only(*KEEPERS, status=302), "tier"),),
    # capacity
    "capacity_detail": (get(STAFF),),
    "caps_publish": (get(only(*KEEPERS)), post(only(*KEEPERS, status=422))),
    "catalogue_fill": (post(only(*KEEPERS, status=302)),),
    "entitlement_create": (get(only(*KEEPERS)),),
    "entitlement_edit": (get(only(*KEEPERS), "entitlement"),),
    "entitlement_end": (post(only(*KEEPERS, status=302), "entitlement"),),
    "capacity_people": (get(STAFF),),
    "worker_create": (get(only(*KEEPERS)),),
    "worker_edit": (get(only(*KEEPERS), "worker"),),
    "worker_end": (post(only(*KEEPERS, status=302), "worker"),),
    "role_create": (post(only(*KEEPERS, status=302), name="Designer of maps"),),
    "staffing_save": (post(only(*KEEPERS, status=422)),),
    "capacity_budget": (get(STAFF), post(only(*KEEPERS, status=302))),
    "delivery_list": (get(STAFF),),
    "delivery_row": (get(goes(DELIVERS), "delivery"),),
    "delivery_complete": (get(DELIVERS, "delivery"), post(goes(DELIVERS), "delivery")),
    "delivery_complete_many": (post(goes(STAFF)),),
    "delivery_skip": (get(DELIVERS, "delivery"), post(goes(DELIVERS, 422), "delivery")),
    "delivery_reopen": (post(goes(DELIVERS, 409), "delivery"),),
    # reviews
    "cycle_list": (get(everybody()),),
    # 422: a quarterly review is open already
    "cycle_open": (post(only(*KEEPERS, status=422), kind="quarterly", closes_on=day(20)),),
    "cycle_detail": (get(everybody(), "cycle"),),
    "cycle_publish": (get(everybody(), "cycle"), post(only(*KEEPERS, status=302), "cycle")),
    "cycle_cancel": (get(everybody(), "cycle"), post(only(*KEEPERS, status=302), "cycle")),
    "move_queue": (get(everybody(), "cycle"),),
    "move_bulk": (get(everybody(), "cycle"), post(everybody(302), "cycle")),
    "move_detail": (get(SEES, "move"),),
    # sales: the owner, and their manager as delegate; marketing: any marketer
    "move_approve": (post(goes(SEES) | {"admin": 403, "leader": 403}, "move"),),
    "move_veto": (
        get(SEES, "move"),
        post(goes(SEES) | {"admin": 403, "leader": 403}, "move", reason="other", sentence="Not now."),
    ),
    "move_amend": (
        get(SEES, "move"),
        post(goes(SEES) | {"admin": 403, "leader": 403}, "move", to_tier="off", sentence="Let go."),
    ),
    "move_snooze": (get(SEES, "move"), post(goes(SEES) | {"admin": 403, "leader": 403}, "move", until=day(2))),
    "move_undo": (post(goes(SEES, 422) | {"admin": 403, "leader": 403}, "move"),),
    # nothing is vetoed, so there is nothing to dispute or to settle
    "move_dispute": (
        get(SEES, "move"),
        post(goes(SEES, 422) | {"admin": 403, "leader": 403}, "move", sentence="It matters."),
    ),
    "move_settle": (get(SEES, "move"), post(goes(SEES, 403) | {"leader": 422}, "move", kind="veto", sentence="No.")),
    # insights
    "insights_detail": (get(everybody()),),
    "insights_csv": (get(everybody()),),
    "opportunity_list": (get(everybody()),),
    # the API
    "api_schema": (get(everybody()),),
    "api_account-list": (get(everybody()),),
    "api_account-detail": (get(SEES, "account"),),
    "api_opportunity-list": (get(everybody()),),
    "api_opportunity-detail": (get(SEES, "deal"),),
    "api_signals": (post(only(*KEEPERS, status=400)),),
    "api_tier-list": (get(everybody()),),
    "api_tier-detail": (get(everybody(), "tier"),),
    "api_placement-list": (get(everybody()),),
    "api_placement-detail": (get(SEES, "placement"),),
    "api_move-list": (get(everybody()),),
    "api_move-detail": (get(SEES, "move"),),
    "api_score-list": (get(everybody()),),
    "api_score-detail": (get(everybody(404), "account"),),  # there is no run yet
    "api_scorecard-list": (get(everybody()),),
    "api_scorecard-detail": (get(everybody(), "scorecard"),),
    "api_capacity": (get(STAFF),),
    "api_deliveries": (get(STAFF),),
    "api_entitlements": (get(STAFF),),
    "api_insights": (get(everybody()),),
    "api_cycle-list": (get(everybody()),),
    "api_cycle-detail": (get(everybody(), "cycle"),),
    "api_verdict-list": (get(everybody()),),
    "api_verdict-detail": (get(everybody(404), "move"),),  # nobody has said anything yet
}

#: Without a login: the entrance, and the first run (a 404 once anybody has a login).
PUBLIC = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "openid_connect_login",
    "openid_connect_callback",
    "first_run",
}


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """`(path, name)` of every URL."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, prefix + str(each.pattern))
        else:
            yield prefix + str(each.pattern), each.name or ""


def test_the_table_has_every_route_and_no_other() -> None:
    ours = {name for path, name in routes() if not path.startswith("auth/")}
    assert ours - ROUTES.keys() == set(), "add these to ROUTES"
    assert ROUTES.keys() - ours == set(), "these are gone"


@pytest.fixture
def workspace(cast: Cast) -> Workspace:
    return make_workspace(cast)


def url_of(workspace: Workspace, name: str, args: tuple[str, ...]) -> str:
    return reverse(name, args=[word[1:] if word.startswith("=") else workspace.pk[word] for word in args])


def answer(client: Client, route: Route, url: str) -> int:
    """The status, with everything that the request did taken back."""
    point = transaction.savepoint_create()
    try:
        if route.method == "post":
            return client.post(url, route.data).status_code
        return client.get(url).status_code
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.django_db
def test_each_route_answers_each_role_as_the_table_says(workspace: Workspace) -> None:
    wrong = []
    for role in ROLES:
        client = Client(raise_request_exception=False)
        client.force_login(getattr(workspace.cast, role))
        for name, entries in ROUTES.items():
            for route in entries:
                status = answer(client, route, url_of(workspace, name, route.args))
                if status != route.expected[role]:
                    wrong.append(f"{role}: {route.method} {name} answers {status}, not {route.expected[role]}")
    assert wrong == []


#: What stands for `<int:pk>`, `<slug:key>`, `(?P<uidb36>…)` in a URL.
PLACEHOLDER = re.compile(r"\(\?P<(?P<group>\w+)>|<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


def anything(path: str, name: str) -> str:
    """A path that the route matches, with invented values."""
    given: dict[str, Any] = {}
    for found in PLACEHOLDER.finditer(path):
        given[found["group"] or found["name"]] = "need" if found["kind"] == "slug" else "1"
    return reverse(name, kwargs=given or None) if name else f"/{path}"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_url_asks_for_a_login_unless_it_is_public(client: Client, cast: Cast, method: str) -> None:
    open_to_all = []
    for path, name in routes():
        if name in PUBLIC or (not name and path.startswith("auth/social/")):
            continue
        found = getattr(client, method)(anything(path, name))
        refused = found.status_code in (401, 403) if path.startswith("api/") else leads_to_login(found)
        if not refused:
            open_to_all.append(f"{name or path}: {found.status_code}")
    assert open_to_all == []


def leads_to_login(found: Any) -> bool:
    return bool(found.status_code == 302 and found.headers["Location"].startswith(reverse("account_login")))


@pytest.mark.django_db
def test_an_expired_login_on_an_htmx_request_leads_the_page_to_the_login(client: Client, cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/?tier=1"}
    found = client.get(reverse("insights_detail"), headers=headers)
    assert found.headers["HX-Redirect"] == f"{reverse('account_login')}?next=%2Faccounts%2F%3Ftier%3D1"

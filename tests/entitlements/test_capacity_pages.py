"""The capacity pages through the client: what they say, who may change them, and what a refusal leaves alone."""

import re
from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from entitlements.forms import BudgetForm, PublishForm
from entitlements.models import Budget, Entitlement, StaffingRule, Worker, WorkRole
from entitlements.services.capacity import last_published, publish_caps, quarters_from
from tests.cast import Cast
from tests.entitlements.conftest import MakeWorker
from tests.factories import AccountFactory, PersonFactory
from tiering.models import Cap, Tier
from tiering.services.placements import place
from tiering.services.tiers import current_caps

PAGES = ("capacity_detail", "capacity_people", "capacity_budget", "delivery_list")
WRITES = ("caps_publish", "entitlement_create", "worker_create")
HTMX = {"HTTP_HX_REQUEST": "true"}


def text(html: bytes) -> str:
    """The words of a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def test_everybody_with_a_role_reads(client: Client, cast: Cast, catalogue: int) -> None:
    for who in (cast.rep, cast.manager, cast.leader, cast.marketer, cast.admin):
        client.force_login(who)
        assert [client.get(reverse(name)).status_code for name in PAGES] == [200] * len(PAGES)


def test_a_login_without_a_role_is_refused(client: Client, cast: Cast, catalogue: int) -> None:
    client.force_login(cast.stranger)
    for name in (*PAGES, *WRITES):
        assert client.get(reverse(name)).status_code == 403, name


def test_who_only_reads_is_shown_no_form(client: Client, cast: Cast, catalogue: int) -> None:
    for who in (cast.rep, cast.manager, cast.leader):
        client.force_login(who)
        page = client.get(reverse("capacity_detail")).content.decode()
        for name in WRITES:
            assert client.get(reverse(name)).status_code == 403
            assert reverse(name) not in page


def test_the_page_says_what_binds_and_who_is_over(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    make_worker("Marketer", {0: 20})
    for _ in range(2):
        place(actor=cast.marketer, account=AccountFactory(), tier=tiers[0], source="cycle", reason="Agreed.")
    client.force_login(cast.leader)
    said = text(client.get(reverse("capacity_detail")).content)
    assert "Marketers. 0.5 FTE more gives 2 more One-to-One accounts." in said
    assert "2 of 12" in said
    assert "One-to-One is over what it can carry" in said
    assert "If you publish 1, the lowest seat without a pin, Invented" in said
    assert "Nobody is entered as designer or executive" in said
    assert "Account dossier 1 a year Marketer 40" in said
    assert "$40,600 Marketer 324" in said


def test_a_rep_is_not_told_names_of_another_team(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    make_worker("Marketer", {1: 100})
    theirs = AccountFactory(name="Brackwater Foods", owner=cast.other_rep.person)
    place(actor=cast.marketer, account=theirs, tier=tiers[0], source="cycle", reason="Agreed.")
    client.force_login(cast.rep)
    assert b"Brackwater Foods" not in client.get(reverse("capacity_detail")).content
    client.force_login(cast.other_rep)
    assert b"Brackwater Foods" in client.get(reverse("capacity_detail")).content


def test_before_anything_is_entered_the_page_says_what_to_do(client: Client, cast: Cast, tiers: list[Tier]) -> None:
    client.force_login(cast.marketer)
    said = text(client.get(reverse("capacity_detail")).content)
    assert "Nothing is promised to any tier yet" in said
    assert "Nobody's time is entered yet" in said.replace("&#x27;", "'")
    assert "No budget is entered yet" in said
    client.post(reverse("catalogue_fill"))
    assert Entitlement.objects.count() == 22


def test_before_there_are_tiers_the_page_stands(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 200


def test_a_what_if_answers_its_panel_and_writes_nothing(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    marketer = make_worker("Marketer", {0: 100}).role
    client.force_login(cast.rep)
    answer = client.get(reverse("capacity_detail"), {f"fte-{marketer.pk}": "2"}, **HTMX)  # type: ignore[arg-type]
    said = text(answer.content)
    assert said.strip().startswith("With 1 marketer more One-to-One 5 → 10")
    assert "marketers still bind" in said
    assert "<html" not in answer.content.decode()
    assert Worker.objects.get().fte_percent == 100
    assert current_caps()[tiers[0].pk] == 12
    whole = client.get(reverse("capacity_detail"), {f"fte-{marketer.pk}": "2", "budget": "nonsense"})
    assert "With 1 marketer more" in text(whole.content)


def publishing(tiers: list[Tier], seen: int | None, **seats: int) -> dict[str, object]:
    caps = {PublishForm.name(tier): current_caps()[tier.pk] for tier in tiers}
    given = {PublishForm.name(tiers[int(place[1:])]): value for place, value in seats.items()}
    return {**caps, **given, "seen": seen, "note": "One marketer left."}


def seen() -> int | None:
    last = last_published()
    return last.pk if last else None


def test_a_marketer_publishes_caps_once(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    make_worker("Marketer", {0: 100})
    client.force_login(cast.marketer)
    page = client.get(reverse("caps_publish"))
    assert page.context["form"].initial[PublishForm.name(tiers[0])] == 5
    before, data = Cap.objects.count(), publishing(tiers, seen(), _0=5)
    for _ in range(2):
        assert client.post(reverse("caps_publish"), data).status_code == 302
    assert Cap.objects.count() == before + 1
    said = text(client.get(reverse("capacity_detail")).content)
    assert "by Mika Marketer" in said
    assert "0 of 5" in said


def test_a_stale_tab_is_told_who_published_and_may_keep_its_own(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int
) -> None:
    stale = publishing(tiers, seen(), _0=9)
    publish_caps(actor=cast.second_marketer, seats={tiers[0].pk: 11}, note="As computed.", seen=seen())
    before = Cap.objects.count()
    client.force_login(cast.marketer)
    answer = client.post(reverse("caps_publish"), stale)
    assert answer.status_code == 409
    said = text(answer.content)
    assert "Mia Marketer published 11 for One-to-One meanwhile" in said
    assert "Yours: One-to-One 9" in said
    assert Cap.objects.count() == before
    kept = answer.context["conflict"]["fields"]
    assert client.post(reverse("caps_publish"), kept).status_code == 302
    assert current_caps()[tiers[0].pk] == 9


def test_caps_need_a_note_and_a_number(client: Client, cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    client.force_login(cast.marketer)
    before = Cap.objects.count()
    for wrong in ({"note": " "}, {PublishForm.name(tiers[0]): "-3"}, {PublishForm.name(tiers[0]): ""}):
        answer = client.post(reverse("caps_publish"), publishing(tiers, seen(), _0=9) | wrong)
        assert answer.status_code == 422
    assert Cap.objects.count() == before


def test_others_change_nothing(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    worker, entitlement = make_worker("Marketer"), Entitlement.objects.first()
    assert entitlement is not None
    before = (Cap.objects.count(), Entitlement.objects.count(), Worker.objects.count(), WorkRole.objects.count())
    posts: tuple[tuple[str, list[int], dict[str, object]], ...] = (
        ("caps_publish", [], publishing(tiers, seen(), _0=5)),
        ("catalogue_fill", [], {}),
        ("entitlement_edit", [entitlement.pk], {"name": "Mine"}),
        ("entitlement_end", [entitlement.pk], {}),
        ("worker_edit", [worker.pk], {"fte_percent": 1}),
        ("worker_end", [worker.pk], {}),
        ("role_create", [], {"name": "Poet"}),
        ("staffing_save", [], {}),
        ("capacity_budget", [], {}),
    )
    for who in (cast.rep, cast.manager, cast.leader, cast.stranger):
        client.force_login(who)
        for name, args, data in posts:
            assert client.post(reverse(name, args=args), data).status_code == 403, name
    worker.refresh_from_db()
    entitlement.refresh_from_db()
    after = (Cap.objects.count(), Entitlement.objects.count(), Worker.objects.count(), WorkRole.objects.count())
    assert after == before
    assert (worker.fte_percent, worker.until) == (100, None)
    assert (entitlement.until, entitlement.name) == (None, "Account dossier")


def entitlement_fields(role: WorkRole, **changes: object) -> dict[str, object]:
    return {
        "name": "Direct mail", "category": "content", "quantity": 4, "per": "account", "money": "400",
        "owner_role": role.pk, "channel": "", "personalisation": "", "playbook": "", f"hours-{role.pk}": "1.5",
    } | changes  # fmt: skip


def test_an_entitlement_is_added_changed_and_ended_by_forms(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int
) -> None:
    client.force_login(cast.marketer)
    role = WorkRole.objects.get(name="Marketer")
    assert client.get(reverse("entitlement_create")).status_code == 200
    answer = client.post(reverse("entitlement_create"), entitlement_fields(role, tier=tiers[2].pk))
    assert answer.status_code == 302
    made = Entitlement.objects.get(name="Direct mail")
    assert (made.tier, made.money, [row.hours for row in made.hours.all()]) == (tiers[2], 400, [Decimal("1.50")])
    page = client.get(reverse("entitlement_edit", args=[made.pk]))
    assert b'value="1.50"' in page.content
    client.post(reverse("entitlement_edit", args=[made.pk]), entitlement_fields(role, quantity=2))
    wrong = client.post(reverse("entitlement_edit", args=[made.pk]), entitlement_fields(role, money="-1", quantity=9))
    assert wrong.status_code == 422
    made.refresh_from_db()
    assert made.quantity == 2
    client.post(reverse("entitlement_end", args=[made.pk]))
    made.refresh_from_db()
    assert made.until == clock.today()
    assert b"No longer promised" in client.get(reverse("entitlement_edit", args=[made.pk])).content


def test_people_are_added_and_changed_by_forms(client: Client, cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    client.force_login(cast.admin)
    role, person = WorkRole.objects.get(name="Designer"), PersonFactory(name="Dora Designer")
    fields = {
        "person": person.pk, "role": role.pk, "fte_percent": 50, "hours_week": 40, "holiday_percent": 12,
        "since": clock.today().isoformat(), f"share-{tiers[0].pk}": 60,
    }  # fmt: skip
    assert b"Who does the work?" in client.get(reverse("capacity_people")).content
    refused = client.post(reverse("worker_create"), fields | {f"share-{tiers[1].pk}": 50})
    assert (refused.status_code, Worker.objects.count()) == (422, 0)
    assert "The shares sum to 110 %" in text(refused.content)
    client.post(reverse("worker_create"), fields)
    worker = Worker.objects.get()
    assert (worker.fte_percent, worker.shares.get().percent) == (50, 60)
    twice = client.post(reverse("worker_create"), fields)
    assert (twice.status_code, Worker.objects.count()) == (422, 1)
    assert "does this work already" in text(twice.content)
    said = text(client.get(reverse("capacity_people")).content)
    assert "Dora Designer 50" in said
    assert "One-to-One 60" in said
    client.post(reverse("worker_edit", args=[worker.pk]), fields | {"fte_percent": 80, f"share-{tiers[0].pk}": ""})
    worker.refresh_from_db()
    assert (worker.fte_percent, worker.shares.count()) == (80, 0)
    client.post(reverse("worker_end", args=[worker.pk]))
    assert b"Who does the work?" in client.get(reverse("capacity_people")).content
    client.post(reverse("role_create"), {"name": "Event manager"})
    assert WorkRole.objects.filter(name="Event manager").count() == 1
    client.post(reverse("role_create"), {"name": "Event manager"})
    assert WorkRole.objects.filter(name="Event manager").count() == 1


def test_staffing_rules_are_saved_by_a_form(client: Client, cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    client.force_login(cast.marketer)
    role = WorkRole.objects.get(name="Marketer")
    data: dict[str, object] = {}
    for tier, covers in zip(tiers, (4, "", 700, ""), strict=True):
        data |= {f"role-{tier.pk}": role.pk, f"covers-{tier.pk}": covers, f"per-{tier.pk}": "account"}
    assert client.post(reverse("staffing_save"), data).status_code == 302
    assert [str(rule) for rule in StaffingRule.objects.all()] == [
        "One Marketer covers 4 One-to-One accounts",
        "One Marketer covers 700 One-to-Many accounts",
    ]
    assert client.post(reverse("staffing_save"), data | {f"covers-{tiers[0].pk}": 0}).status_code == 422
    assert StaffingRule.objects.count() == 2


def test_a_budget_is_filled_in_saved_and_taken_back(
    client: Client, cast: Cast, tiers: list[Tier], catalogue: int
) -> None:
    client.force_login(cast.marketer)
    first = quarters_from(clock.today())[0]
    name = BudgetForm.name(tiers[0], first)
    assert b"No budget yet" in client.get(reverse("capacity_budget")).content
    filled = client.get(reverse("capacity_budget"), {"fill": "caps"})
    assert filled.context["form"].initial[name] == 121_800
    assert not Budget.objects.exists()
    client.post(reverse("capacity_budget"), {name: "100000.50"})
    assert Budget.objects.get().amount == Decimal("100000.50")
    wrong = client.post(reverse("capacity_budget"), {name: "-4"})
    assert (wrong.status_code, Budget.objects.get().amount) == (422, Decimal("100000.50"))
    client.post(reverse("capacity_budget"), {name: ""})
    assert not Budget.objects.exists()


def test_the_page_asks_no_more_questions_with_more_rows(
    client: Client,
    cast: Cast,
    tiers: list[Tier],
    catalogue: int,
    make_worker: MakeWorker,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for _ in range(6):
        make_worker("Marketer", {0: 50, 1: 50})
        make_worker("Designer")
    client.force_login(cast.marketer)
    for name, most in (("capacity_detail", 45), ("capacity_people", 45), ("capacity_budget", 40)):
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            client.get(reverse(name))

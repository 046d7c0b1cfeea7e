"""The delivery board through the client, and the API beside it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from entitlements.choices import DeliveryState
from entitlements.models import Delivery
from entitlements.services.placements import handle_placements
from tests.cast import Cast
from tests.entitlements.test_capacity_pages import text
from tests.factories import AccountFactory
from tiering.models import Tier
from tiering.services.placements import place

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def planned(cast: Cast, tiers: list[Tier], catalogue: int) -> list[Delivery]:
    """34 deliveries of Nordhaven Grid, the rep's, placed 60 days ago; 14 of an account of the other rep."""
    long_ago = clock.now() - timedelta(days=60)
    mine = AccountFactory(name="Nordhaven Grid", owner=cast.rep.person)
    theirs = AccountFactory(name="Brackwater Foods", owner=cast.other_rep.person)
    for account, tier in ((mine, tiers[0]), (theirs, tiers[2])):
        place(actor=cast.marketer, account=account, tier=tier, source="cycle", reason="Agreed.", moment=long_ago)
    handle_placements()
    return list(Delivery.objects.filter(account=mine))


def test_the_board_opens_with_what_is_overdue_and_filters(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    client.force_login(cast.marketer)
    page = client.get(reverse("delivery_list"))
    # the two research pieces at 30 days, the channel at 15 and 45, four quarterly ones at 45; the other's three at 45
    assert page.context["total"] == 11
    assert (page.context["show"], page.context["shown"]) == ("overdue", "11 of 11")
    only = client.get(reverse("delivery_list"), {"show": "overdue", "q": "nordhaven channel"})
    assert only.context["total"] == 2
    assert "11 overdue" in text(page.content)
    assert client.get(reverse("delivery_list"), {"person": "me"}).context["total"] == 0
    assert client.get(reverse("delivery_list"), {"tier": "x", "after": "odd", "show": "odd"}).status_code == 200


def test_pages_follow_each_other_and_lead_back(client: Client, cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    for _ in range(2):
        place(actor=cast.marketer, account=AccountFactory(), tier=tiers[0], source="cycle", reason="Agreed.")
    handle_placements()
    client.force_login(cast.leader)
    first = client.get(reverse("delivery_list"), {"show": "due"})
    assert (first.context["shown"], first.context["previous_url"]) == ("50 of 68", "")
    second = client.get(first.context["next_url"])
    assert (second.context["shown"], second.context["next_url"]) == ("18 of 68", "")
    ids = [item["row"].pk for page in (first, second) for item in page.context["rows"]]
    assert ids == list(Delivery.objects.order_by("due_on", "pk").values_list("pk", flat=True))
    back = client.get(second.context["previous_url"])
    assert [item["row"].pk for item in back.context["rows"]] == ids[:50]


def test_a_rep_sees_the_deliveries_of_the_own_team(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    client.force_login(cast.rep)
    assert b"Brackwater" not in client.get(reverse("delivery_list")).content
    theirs = Delivery.objects.filter(account__name="Brackwater Foods").first()
    assert theirs is not None
    assert client.post(reverse("delivery_complete", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("delivery_complete", args=[planned[0].pk])).status_code == 403
    assert Delivery.objects.exclude(state=DeliveryState.DUE).count() == 0


def test_done_and_undone_by_one_click_each(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    one = planned[0]
    client.force_login(cast.marketer)
    answer = client.post(reverse("delivery_complete", args=[one.pk]), **HTMX)  # type: ignore[arg-type]
    assert f'id="delivery-{one.pk}"' in answer.content.decode()
    assert "done by Mika Marketer" in text(answer.content)
    one.refresh_from_db()
    assert (one.state, one.done_on, one.done_by) == (DeliveryState.DONE, clock.today(), cast.marketer)
    client.post(reverse("delivery_reopen", args=[one.pk]), **HTMX)  # type: ignore[arg-type]
    one.refresh_from_db()
    assert (one.state, one.done_on) == (DeliveryState.DUE, None)


def test_done_with_a_note_and_a_date(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    one = planned[0]
    client.force_login(cast.marketer)
    url = reverse("delivery_complete", args=[one.pk])
    assert "Cost" in text(client.get(url, **HTMX).content)  # type: ignore[arg-type]
    late = {"on": (clock.today() + timedelta(days=1)).isoformat()}
    refused = client.post(url, late, **HTMX)  # type: ignore[arg-type]
    assert (refused.status_code, Delivery.objects.get(pk=one.pk).state) == (422, DeliveryState.DUE)
    assert "today or before" in text(refused.content)
    day = clock.today() - timedelta(days=3)
    client.post(url, {"on": day.isoformat(), "note": "Sent to the CFO.", "cost": "2100"})
    one.refresh_from_db()
    assert (one.done_on, one.note, one.cost) == (day, "Sent to the CFO.", 2100)


def test_skipping_asks_for_a_reason(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    one = planned[0]
    client.force_login(cast.admin)
    url = reverse("delivery_skip", args=[one.pk])
    assert "Why it is skipped" in text(client.get(url, **HTMX).content)  # type: ignore[arg-type]
    assert client.post(url, {"reason": " "}, **HTMX).status_code == 422  # type: ignore[arg-type]
    client.post(url, {"reason": "They merge this quarter."}, **HTMX)  # type: ignore[arg-type]
    one.refresh_from_db()
    assert (one.state, one.note) == (DeliveryState.SKIPPED, "They merge this quarter.")
    assert client.get(reverse("delivery_row", args=[one.pk]), **HTMX).status_code == 200  # type: ignore[arg-type]
    assert client.get(reverse("delivery_list"), {"show": "skipped"}).context["total"] == 1


def test_many_are_done_at_once_by_tick_or_by_filter(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    url, done = reverse("delivery_complete_many"), Delivery.objects.filter(state=DeliveryState.DONE)
    Delivery.objects.filter(pk=planned[0].pk).update(person=cast.rep.person)
    client.force_login(cast.rep)
    client.post(url, {"ids": [one.pk for one in planned[:3]]})
    assert list(done.values_list("pk", flat=True)) == [planned[0].pk]
    client.force_login(cast.leader)
    client.post(url, {"all": "1", "show": "due"})
    assert done.count() == 1
    client.force_login(cast.marketer)
    answer = client.post(url, {"all": "1", "show": "due", "q": "brackwater"})
    assert answer.headers["Location"] == f"{reverse('delivery_list')}?q=brackwater&show=due"
    assert done.filter(account__name="Brackwater Foods").count() == 14
    assert done.count() == 15
    entry = AuditEntry.objects.filter(action="delivery_complete_many").first()
    assert entry is not None
    assert (entry.actor, entry.sentence) == (cast.marketer, "14 deliveries done.")


def test_the_slower_of_two_is_told(client: Client, cast: Cast, planned: list[Delivery]) -> None:
    one = planned[0]
    client.force_login(cast.second_marketer)
    client.post(reverse("delivery_complete", args=[one.pk]))
    client.force_login(cast.marketer)
    answer = client.post(reverse("delivery_skip", args=[one.pk]), {"reason": "No."}, **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 409
    assert "Done already, by Mia Marketer" in text(answer.content)
    assert Delivery.objects.get(pk=one.pk).state == DeliveryState.DONE


def test_an_empty_board_says_what_it_is_for(client: Client, cast: Cast, tiers: list[Tier]) -> None:
    client.force_login(cast.marketer)
    assert "Nothing is due yet" in text(client.get(reverse("delivery_list")).content)


def test_the_board_asks_no_more_questions_with_more_rows(
    client: Client, cast: Cast, tiers: list[Tier], planned: list[Delivery], django_assert_max_num_queries: object
) -> None:
    client.force_login(cast.marketer)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        client.get(reverse("delivery_list"), {"show": "due"})


# API


def test_the_api_answers_capacity_entitlements_and_deliveries(
    client: Client, cast: Cast, tiers: list[Tier], planned: list[Delivery]
) -> None:
    client.force_login(cast.rep)
    capacity = client.get("/api/v1/capacity/").json()
    assert [row["tier_name"] for row in capacity][:2] == ["One-to-One", "One-to-Few"]
    assert (capacity[0]["cap"], capacity[0]["in_use"], capacity[0]["computed"]) == (12, 1, None)
    assert (capacity[0]["money_a_year"], capacity[0]["budget"]) == ("40600.00", None)
    entitlements = client.get("/api/v1/entitlements/", {"tier": tiers[0].pk}).json()["results"]
    assert len(entitlements) == 9
    assert entitlements[0]["hours"] == [{"role": "Marketer", "hours": "40.00"}]
    deliveries = client.get("/api/v1/deliveries/", {"state": "due"}).json()["results"]
    assert {row["account_name"] for row in deliveries} == {"Nordhaven Grid"}
    assert len(deliveries) == 34


@pytest.mark.parametrize("path", ["capacity", "entitlements", "deliveries"])
def test_the_api_is_closed_to_a_login_without_a_role_and_to_nobody(client: Client, cast: Cast, path: str) -> None:
    assert client.get(f"/api/v1/{path}/").status_code in (401, 403)
    client.force_login(cast.stranger)
    assert client.get(f"/api/v1/{path}/").status_code == 403

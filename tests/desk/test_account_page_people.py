"""The account page's people, worth, dossier and past, as people use them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.desk.account_people import branches_of
from abxsite.desk.people_grid import gap_sentence, grid_of, groups_of, seats_of
from abxsite.lib import clock, display
from abxsite.users.models import User
from accounts.models import Account, AccountFollowing, BuyingCenter, BuyingCenterValue, Contact, DossierVersion, Tie
from accounts.services.dossier import add_entry
from accounts.services.following import follow_parent
from accounts.services.people import leave_account, set_strength, update_contact
from accounts.services.potential import add_buying_center, enter_potential
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory
from tests.tiering.scores import make_run
from tiering.choices import PotentialSource
from tiering.models import Score

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(client: Client, user: User, account: Account, tab: str) -> str:
    client.force_login(user)
    answer = client.get(reverse("account_detail", args=[account.pk]), {"tab": tab})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_empty_seats_come_first_in_words() -> None:
    account = AccountFactory()
    ContactFactory(account=account, buying_role="champion", strength=3, name="Astrid")
    ContactFactory(account=account, buying_role="budget", strength=1, name="Bo")
    ContactFactory(account=account, buying_role="decider", strength=4, left_on=clock.today())
    seats = seats_of(account)
    assert [(seat.label, seat.state, seat.count) for seat in seats] == [
        ("Decision maker", "empty", 0), ("Budget holder", "unmet", 1), ("Champion", "met", 1),
    ]  # fmt: skip
    assert gap_sentence(seats) == "No decision maker is known; the budget holder was never met."
    assert gap_sentence(seats_of(AccountFactory())) == ("No decision maker, no budget holder and no champion is known.")


def test_the_grid_counts_levels_and_names_the_best_known() -> None:
    account = AccountFactory()
    for name, seniority, department, strength in (
        ("Astrid", "c_level", "finance", 0), ("Bo", "vp", "it", 2), ("Cleo", "vp", "it", 4), ("Dag", "", "", 0),
    ):  # fmt: skip
        ContactFactory(account=account, name=name, seniority=seniority, department=department, strength=strength)
    ContactFactory(account=account, seniority="director", department="it", left_on=clock.today())
    grid = grid_of(groups_of(account))
    assert (grid.count, grid.adrift) == (4, 1)
    assert [(line.label, line.gaps) for line in grid.lines] == [("Finance", 4), ("IT", 4)]
    cell = grid.lines[1].cells[1]
    assert (cell.count, cell.name, cell.shade, cell.seat) == (2, "Cleo", 3, "department=it&seniority=vp")


def test_the_chart_is_drawn_from_the_top_and_survives_a_circle() -> None:
    account = AccountFactory()
    top = ContactFactory(account=account, name="Tora")
    middle = ContactFactory(account=account, name="Mats", reports_to=top)
    ContactFactory(account=account, name="Lars", reports_to=middle)
    gone = ContactFactory(account=account, name="Gone", left_on=clock.today())
    ContactFactory(account=account, name="Nora", reports_to=gone)
    one, two = ContactFactory(account=account, name="Ring"), ContactFactory(account=account, name="Rang")
    Contact.objects.filter(pk=one.pk).update(reports_to=two)
    Contact.objects.filter(pk=two.pk).update(reports_to=one)
    people = account.contacts.filter(left_on__isnull=True).select_related("reports_to")
    assert [(line.contact.name, line.depth, line.away) for line in branches_of(people)][:4] == [
        ("Nora", 1, "reported to Gone, who has left"), ("Tora", 1, ""), ("Mats", 2, ""), ("Lars", 3, ""),
    ]  # fmt: skip


def test_a_strength_without_evidence_says_that_it_counts_half(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    contact = ContactFactory(account=account, name="Astrid")
    set_strength(actor=cast.rep, contact=contact, strength=3)
    confirm = reverse("contact_confirm", args=[contact.pk])
    html = page(client, cast.rep, account, "people")
    assert "counts half: no dated activity and no second person's word" in html.replace("&#x27;", "'")
    assert confirm not in html  # one's own word is not a second one
    assert confirm in page(client, cast.manager, account, "people")
    assert client.post(confirm).status_code == 302
    html = page(client, cast.rep, account, "people")
    assert "counts half" not in html
    assert "Confirmed by Mona Manager" in html


def test_people_cost_the_same_number_of_queries_however_many(
    client: Client, cast: Cast, django_assert_max_num_queries: object
) -> None:
    account = AccountFactory()
    boss = ContactFactory(account=account)
    for number in range(30):
        contact = ContactFactory(account=account, reports_to=boss, department="it", seniority="vp")
        set_strength(actor=cast.marketer, contact=contact, strength=number % 5)
    page(client, cast.marketer, account, "people")
    with django_assert_max_num_queries(44):  # type: ignore[operator]
        page(client, cast.marketer, account, "people")


def test_a_tie_is_added_from_the_page_itself(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    client.force_login(cast.rep)
    url = reverse("tie_add", args=[account.pk])
    panel = client.get(url, headers=HTMX).content.decode()
    assert "<html" not in panel
    assert "data-ax-focus" in panel
    data = {"kind": "referral", "note": "By a supplier", "on": clock.today().isoformat()}
    future = data | {"on": (clock.today() + timedelta(days=1)).isoformat()}
    refused = client.post(url, future, headers=HTMX)
    assert refused.status_code == 422
    assert "By a supplier" in refused.content.decode()
    assert not Tie.objects.exists()
    answer = client.post(url, data, headers=HTMX)
    assert "HX-Location" in answer
    assert list(Tie.objects.values_list("kind", "note", "person__name")) == [("referral", "By a supplier", "Rea Rep")]
    assert client.get(url).content.decode().count("<html") == 1  # and without JavaScript a page


def test_a_gap_opens_the_form_with_its_seat(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    client.force_login(cast.rep)
    html = client.get(reverse("contact_add", args=[account.pk]) + "?department=it&seniority=vp").content.decode()
    assert '<option value="vp" selected>' in html
    assert '<option value="it" selected>' in html


def test_a_circle_is_refused_beside_its_field(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    top = ContactFactory(account=account, name="Tora")
    low = ContactFactory(account=account, name="Lars", reports_to=top)
    client.force_login(cast.rep)
    answer = client.post(reverse("contact_edit", args=[top.pk]), {"name": "Tora", "reports_to": low.pk})
    assert answer.status_code == 422
    assert "that would be a circle" in answer.content.decode()
    top.refresh_from_db()
    assert top.reports_to is None


def test_figures_of_a_buying_center_are_dated_and_stay(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    long_ago = clock.today() - timedelta(days=100)
    center = add_buying_center(
        actor=cast.rep, account=account, name="Sites", potential=100_000, current_revenue=20_000, on=long_ago
    )
    client.force_login(cast.rep)
    url = reverse("buying_center_edit", args=[center.pk])
    data = {"name": "All sites", "potential": 300_000, "current_revenue": 50_000, "on": clock.today().isoformat()}
    assert client.post(url, data).status_code == 302
    assert list(BuyingCenterValue.objects.order_by("on").values_list("potential", "on")) == [
        (100_000, long_ago), (300_000, clock.today()),
    ]  # fmt: skip
    html = page(client, cast.rep, account, "whitespace")
    assert "All sites" in html
    assert html.count(">$250k<") == 2  # the center's whitespace and the total
    assert client.post(reverse("buying_center_close", args=[center.pk])).status_code == 302
    assert BuyingCenter.objects.get().closed_on == clock.today()
    assert "No buying center yet" in page(client, cast.rep, account, "whitespace")


def test_each_source_of_the_potential_is_shown_as_such(client: Client, cast: Cast) -> None:
    account = AccountFactory()
    enter_potential(actor=cast.marketer, account=account, amount=900_000)
    add_buying_center(actor=cast.marketer, account=account, name="Sites", potential=700_000)
    make_run({account: (50, 700_000, 100)})
    Score.objects.filter(account_id=account.pk).update(potential_source=PotentialSource.SUMMED)
    html = page(client, cast.marketer, account, "whitespace")
    assert re.search(r"Sum of buying centers</span>.{0,120}\$700k.{0,120}this counts<", html)
    assert re.search(r"Entered</span>.{0,120}\$900k.{0,160}does not count: what stands above goes first", html)
    other = AccountFactory()
    make_run({other: (50, 400_000, 100)})
    Score.objects.filter(account_id=other.pk).update(potential_source=PotentialSource.ESTIMATED, potential_n=12)
    assert "upper quartile of what 12 similar customers bought a year" in page(
        client, cast.marketer, other, "whitespace"
    )
    assert "Unknown. Only tiers without a lower bound" in page(client, cast.marketer, AccountFactory(), "whitespace")


def test_a_subsidiary_starts_and_stops_to_follow_from_its_page(client: Client, cast: Cast) -> None:
    parent = AccountFactory(name="Sund Group", owner=cast.rep.person)
    child = AccountFactory(name="Sund Ports", parent=parent, owner=cast.rep.person)
    client.force_login(cast.rep)
    url = reverse("account_follow", args=[child.pk])
    assert client.post(url, {"follow": "1"}).status_code == 302
    assert list(AccountFollowing.objects.values_list("account", "parent", "until")) == [(child.pk, parent.pk, None)]
    assert "carries the sum and the tier" in page(client, cast.rep, child, "whitespace")
    assert "1 account" in page(client, cast.rep, parent, "whitespace")
    client.post(url, {})
    assert AccountFollowing.objects.get().until == clock.today()


def test_following_goes_one_level(client: Client, cast: Cast) -> None:
    top = AccountFactory(name="Top")
    middle = AccountFactory(name="Middle", parent=top)
    low = AccountFactory(name="Low", parent=middle)
    follow_parent(actor=cast.marketer, account=low, follow=True)
    client.force_login(cast.marketer)
    answer = client.post(reverse("account_follow", args=[middle.pk]), {"follow": "1"}, follow=True)
    assert "Middle is followed itself (Low), and following goes one level." in answer.content.decode()
    follow_parent(actor=cast.marketer, account=low, follow=False)
    follow_parent(actor=cast.marketer, account=middle, follow=True)
    answer = client.post(reverse("account_follow", args=[low.pk]), {"follow": "1"}, follow=True)
    assert "Middle follows Top itself, and following goes one level" in answer.content.decode()
    open_ones = AccountFollowing.objects.filter(until__isnull=True)
    assert list(open_ones.values_list("account", "parent")) == [(middle.pk, top.pk)]


def test_another_teams_parent_is_a_name_and_no_link(client: Client, cast: Cast) -> None:
    parent = AccountFactory(name="Sund Group", owner=cast.other_rep.person)
    child = AccountFactory(parent=parent, owner=cast.rep.person)
    follow_parent(actor=cast.marketer, account=child, follow=True)
    html = page(client, cast.rep, child, "whitespace")
    assert "Sund Group" in html
    assert f'href="{reverse("account_detail", args=[parent.pk])}' not in html


def test_the_dossier_shows_author_and_age_and_keeps_every_word(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    with clock.travel(clock.now() - timedelta(days=400)):
        entry = add_entry(actor=cast.marketer, account=account, section="priority", text="Fewer stops")
    html = page(client, cast.rep, account, "dossier")
    assert re.search(r"Fewer stops.{0,300}stale, Mika Marketer", html)
    assert "1 entry is older than 12 months" in html
    client.post(reverse("dossier_edit", args=[entry.pk]), {"text": "No stops at all"})
    html = page(client, cast.rep, account, "dossier")
    assert "1 earlier" in html
    assert "stale, " not in html
    assert "After 12 months an entry is flagged as stale" in html
    assert list(DossierVersion.objects.order_by("pk").values_list("text", "author__name")) == [
        ("Fewer stops", "Mika Marketer"), ("No stops at all", "Rea Rep"),
    ]  # fmt: skip
    make_run({account: (50, None, 100)})
    assert re.search(r"First priority</h2>.{0,200}No stops at all", page(client, cast.rep, account, "why"))
    client.post(reverse("dossier_retire", args=[entry.pk]))
    assert "Retired (1)" in page(client, cast.rep, account, "dossier")
    client.post(reverse("dossier_retire", args=[entry.pk]), {"restore": "1"})
    assert "Retired" not in page(client, cast.rep, account, "dossier").split("About the dossier")[0]


def test_the_past_is_one_line_of_time_and_can_be_narrowed(client: Client, cast: Cast) -> None:
    account = AccountFactory(name="Sund Ports")
    enter_potential(actor=cast.marketer, account=account, amount=1_200_000)
    make_run({account: (50, 1_200_000, 80)})
    html = page(client, cast.marketer, account, "history")
    assert "Score 50.00" in html
    assert "Entered a potential of $1.2M a year" in html
    client.force_login(cast.marketer)
    url = reverse("account_detail", args=[account.pk])
    narrow = client.get(url, {"tab": "history", "kind": "score"}).content.decode()
    assert "Score 50.00" in narrow
    assert "Entered a potential" not in narrow


def test_what_was_done_to_people_is_told_in_words(client: Client, cast: Cast) -> None:
    account = AccountFactory()
    contact = ContactFactory(account=account, name="Astrid")
    update_contact(actor=cast.marketer, contact=contact, seniority="vp", buying_role="champion")
    with clock.travel(clock.now() - timedelta(days=1)):
        set_strength(actor=cast.marketer, contact=contact, strength=2)
    leave_account(actor=cast.marketer, contact=contact)
    html = page(client, cast.marketer, account, "history")
    assert "Changed seniority from Unknown to VP; buying role from Unknown to Champion" in html
    assert f"Known: met, last contact {display.exact(clock.today() - timedelta(days=1))}" in html
    assert f"Left on {display.exact(clock.today())}" in html

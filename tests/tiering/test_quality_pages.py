"""The data quality page, verified today, and whose task it is; as people press it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account, DataTask, FactCheck
from tests.cast import Cast
from tests.factories import AccountFactory
from tests.reviews.factories import make_tiers, place_in
from tiering.services.runs import run_to_end, start_run
from tiering.services.scorecards import default_scorecard

pytestmark = pytest.mark.django_db


def read(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def account(cast: Cast) -> Account:
    """Of the rep; its employees are known since long ago, and that is all."""
    old = clock.today() - timedelta(days=400)
    account: Account = AccountFactory(name="Sund Ports", employees=400, owner=cast.rep.person, insight_on=old)
    AccountFactory(name="Other Ports", owner=cast.other_rep.person)
    AccountFactory(name="Known Ports", employees=10, industry="Ports", owner=cast.other_rep.person)
    default_scorecard(actor=cast.marketer)
    run_to_end(start_run(actor=None))
    return account


def test_the_page_says_what_it_is_for_before_anything_is_scored(client: Client, cast: Cast) -> None:
    assert "Nothing is scored yet" in read(client, cast.rep, reverse("quality_detail"))


def test_the_page_asks_for_the_accounts_that_one_sees(client: Client, cast: Cast, account: Account) -> None:
    html = read(client, cast.marketer, reverse("quality_detail"))
    assert "Other Ports" in html
    html = read(client, cast.other_rep, reverse("quality_detail"))
    assert "Other Ports" in html
    assert "Sund Ports" not in html
    assert "Fact by fact" in html


def test_the_page_asks_the_database_the_same_however_many_rows(
    client: Client, cast: Cast, account: Account, django_assert_max_num_queries: object
) -> None:
    AccountFactory.create_batch(20)
    run_to_end(start_run(actor=None))
    read(client, cast.marketer, reverse("quality_detail"))
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        read(client, cast.marketer, reverse("quality_detail"))


def test_verified_today_makes_one_fact_fresh(client: Client, cast: Cast, account: Account) -> None:
    url = reverse("fact_check", args=[account.pk])
    client.force_login(cast.rep)
    assert client.post(url, {"field": "employees"}).status_code == 302
    assert list(FactCheck.objects.values_list("field", "person__name")) == [("employees", "Rea Rep")]
    html = read(client, cast.rep, reverse("account_detail", args=[account.pk]) + "?tab=facts")
    assert "Rea Rep" in html
    assert client.post(url, {"field": "industry"}).status_code == 404  # nobody knows it
    assert client.post(url, {"field": "nonsense"}).status_code == 404
    assert FactCheck.objects.count() == 1


def test_everything_verified_today_leaves_the_stale_list(client: Client, cast: Cast, account: Account) -> None:
    place_in(account, make_tiers()[0])
    url = reverse("quality_detail") + "?show=stale"
    assert "Verified today: Sund Ports" in read(client, cast.rep, url)
    check = reverse("fact_check", args=[account.pk])
    answer = client.post(check, {"all": "1", "back": url})
    assert (answer.status_code, answer["Location"]) == (302, url)
    account.refresh_from_db()
    assert account.insight_on == clock.today()
    assert "Verified today: Sund Ports" not in read(client, cast.rep, url)
    assert client.post(check, {"all": "1", "back": "https://elsewhere.example/"})["Location"].startswith("/accounts/")


def test_a_leader_reads_and_verifies_nothing(client: Client, cast: Cast, account: Account) -> None:
    html = read(client, cast.leader, reverse("quality_detail"))
    assert "data_task" not in html
    assert "/facts/task/" not in html
    assert client.post(reverse("fact_check", args=[account.pk]), {"field": "employees"}).status_code == 403
    assert not FactCheck.objects.exists()


def test_a_task_waits_on_my_work_until_it_is_done(client: Client, cast: Cast, account: Account) -> None:
    url = f"{reverse('data_task_open', args=[account.pk])}?field=employees"
    assert "Who finds out: employees?" in read(client, cast.marketer, url)
    answer = client.post(url, {"owner": cast.rep.person_id, "note": "Ask their press office"})
    assert answer.status_code == 302
    work = read(client, cast.rep, reverse("my_work"))
    assert "To find out" in work
    assert "Sund Ports, asked by Mika Marketer: Ask their press office" in work
    again = {"owner": cast.manager.person_id, "note": "", "due_on": (clock.today() + timedelta(days=3)).isoformat()}
    client.force_login(cast.marketer)
    assert client.post(url, again).status_code == 302
    task = DataTask.objects.get()
    assert task.owner == cast.manager.person
    client.force_login(cast.manager)
    assert client.post(reverse("data_task_done", args=[task.pk])).status_code == 302
    assert "To find out" not in read(client, cast.manager, reverse("my_work"))
    assert client.post(reverse("data_task_done", args=[task.pk])).status_code == 409


def test_a_task_is_for_somebody_who_works_here_and_a_day_to_come(client: Client, cast: Cast, account: Account) -> None:
    url = f"{reverse('data_task_open', args=[account.pk])}?field=employees"
    client.force_login(cast.rep)
    past = {"owner": cast.rep.person_id, "due_on": (clock.today() - timedelta(days=1)).isoformat()}
    answer = client.post(url, past)
    assert (answer.status_code, "That day has passed." in answer.content.decode()) == (422, True)
    assert client.get(reverse("data_task_open", args=[account.pk]) + "?field=nonsense").status_code == 404
    assert not DataTask.objects.exists()


def test_verifying_a_fact_finishes_its_task(client: Client, cast: Cast, account: Account) -> None:
    DataTask.objects.create(account=account, field="employees", owner=cast.manager.person)
    client.force_login(cast.rep)
    client.post(reverse("fact_check", args=[account.pk]), {"field": "employees"})
    task = DataTask.objects.get()
    assert (task.done_by, task.done_at is None) == (cast.rep, False)

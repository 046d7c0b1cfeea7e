"""The cluster pages: warnings, fit, suggestions, what each role may do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from abxsite.users.models import User
from accounts.models import Account, Cluster, ClusterMembership, Segment
from accounts.services.clusters import create_cluster, freeze_cluster, update_cluster
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory

pytestmark = pytest.mark.django_db
PROBLEM = "Three grid tenders fall due in one quarter."


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def grid(count: int, **facts: object) -> list[Account]:
    given: dict[str, object] = {"industry": "Energy", "country": "Norway", "problem_tags": ["tender"], "employees": 700}
    accounts: list[Account] = AccountFactory.create_batch(count, **given | facts)
    return accounts


def present(cluster: Cluster) -> int:
    return cluster.memberships.filter(until__isnull=True).count()


def test_the_form_wants_the_problem_first_and_in_a_sentence(cast: Cast) -> None:
    client = as_(cast.marketer)
    answer = client.get(reverse("cluster_create"))
    assert next(iter(answer.context["form"].fields)) == "problem"
    for problem in ("", "Energy in Norway"):
        answer = client.post(reverse("cluster_create"), {"problem": problem, "name": "Grid", "target_size": 10})
        assert answer.status_code == 422
        assert "problem" in answer.context["form"].errors
    assert not Cluster.objects.exists()
    answer = client.post(reverse("cluster_create"), {"problem": PROBLEM, "name": "Grid", "target_size": 10})
    cluster = Cluster.objects.get()
    assert answer["Location"] == reverse("cluster_detail", args=[cluster.pk])
    assert cluster.items.count() == 6


def test_an_owner_with_seven_clusters_and_two_of_one_problem_are_pointed_out(cast: Cast) -> None:
    for number in range(7):
        ClusterFactory.create(name=f"C{number}", problem=f"{number} " * 9, owner=cast.marketer.person)
    client = as_(cast.marketer)
    page = client.get(reverse("cluster_list")).content.decode()
    assert "Mika Marketer carries 7 clusters." in page
    assert "may be one" not in page
    Cluster.objects.filter(name="C6").update(frozen_at="2026-01-01T00:00Z")
    Cluster.objects.filter(name__in=("C1", "C2")).update(problem_tag="tender")
    answer = client.get(reverse("cluster_list"))
    assert "carries 7" not in answer.content.decode()
    assert [(pair.one.name, pair.other.name) for pair in answer.context["overlaps"]] == [("C1", "C2")]
    other = Cluster.objects.get(name="C1")
    assert "both name the problem “tender”" in client.get(
        reverse("cluster_detail", args=[other.pk])
    ).content.decode()  # fmt: skip


def test_members_show_their_fit_and_the_outlier_where_it_fits_better(cast: Cast) -> None:
    cluster = create_cluster(actor=None, name="Grid", problem=PROBLEM, problem_tag="tender", accounts=grid(5))
    odd = AccountFactory.create(industry="Retail", country="Spain", problem_tags=["scrap"], employees=20)
    shops = grid(4, industry="Retail", country="Spain", problem_tags=["scrap"], employees=30)
    create_cluster(actor=None, name="Shops", problem="Scrap eats the margin.", problem_tag="scrap", accounts=shops)
    as_(cast.marketer).post(reverse("cluster_detail", args=[cluster.pk]), {"account": odd.domain})
    answer = as_(cast.marketer).get(reverse("cluster_detail", args=[cluster.pk]))
    by_name = {row.membership.account.name: row for row in answer.context["members"]}
    assert (by_name[odd.name].fit.value, by_name[odd.name].fit.outlier) == (0, True)
    assert by_name[odd.name].better == ("Shops", 100)
    assert {row.fit.outlier for name, row in by_name.items() if name != odd.name} == {False}
    assert list(by_name)[-1] == odd.name
    assert (answer.context["card"].size, answer.context["card"].outliers) == (6, 1)
    split = as_(cast.marketer).get(reverse("cluster_split", args=[cluster.pk]))
    assert split.context["picked"] == {str(odd.pk)}


def test_a_segment_suggests_and_never_adds(cast: Cast) -> None:
    segment = Segment.objects.create(name="Energy", conditions=[{"fact": "industry", "op": "in", "value": ["Energy"]}])
    inside, free = grid(1), grid(2)
    client = as_(cast.marketer)
    client.post(
        reverse("cluster_create"),
        {"problem": PROBLEM, "name": "Grid", "target_size": 8, "segment": segment.pk},
    )
    cluster = Cluster.objects.get()
    ClusterMembership.objects.create(cluster=ClusterFactory.create(), account=inside[0], since="2026-01-01")
    answer = client.get(reverse("cluster_detail", args=[cluster.pk]))
    assert {one.traits.account for one in answer.context["suggestions"]} == {each.pk for each in free}
    assert present(cluster) == 0
    answer = client.post(reverse("cluster_add", args=[cluster.pk, free[0].pk]))
    assert (answer.status_code, present(cluster)) == (302, 1)


def test_conditions_suggest_and_outlive_an_edit_of_the_problem(cast: Cast) -> None:
    fitting, _ = grid(1, employees=5_000)[0], grid(2, employees=40)
    cluster = ClusterFactory.create(problem=PROBLEM)
    client = as_(cast.marketer)
    client.post(reverse("cluster_conditions", args=[cluster.pk]), {"employees~op": "gte", "employees": "1000"})
    client.post(reverse("cluster_edit", args=[cluster.pk]), {"name": "New name", "problem": PROBLEM, "target_size": 10})
    answer = client.get(reverse("cluster_detail", args=[cluster.pk]))
    assert answer.context["cluster"].name == "New name"
    assert answer.context["asked"] == ["Employees at least 1,000"]
    assert [one.traits.account for one in answer.context["suggestions"]] == [fitting.pk]
    refused = client.post(reverse("cluster_conditions", args=[cluster.pk]), {"employees~op": "gte", "employees": "x"})
    assert refused.status_code == 422
    cluster.refresh_from_db()
    assert cluster.conditions == [{"fact": "employees", "op": "gte", "value": 1000}]


def test_five_that_share_a_problem_are_suggested_and_become_a_cluster(cast: Cast) -> None:
    accounts = grid(6)
    grid(4, industry="Retail", problem_tags=["scrap"])
    client = as_(cast.marketer)
    answer = client.get(reverse("cluster_suggestion_list"))
    rows = answer.context["with_problem"]
    assert [(row["group"].problem, len(row["group"].members)) for row in rows] == [("tender", 6)]
    assert rows[0]["draft"].startswith("Energy companies in Norway")
    sent = {"accounts": [one.pk for one in accounts[:5]], "problem": PROBLEM, "name": "Grid", "problem_tag": "tender"}
    client.post(reverse("cluster_suggestion_make"), sent)
    cluster = Cluster.objects.get()
    assert (cluster.problem_tag, present(cluster)) == ("tender", 5)
    again = client.post(reverse("cluster_suggestion_make"), sent)
    assert again.status_code == 422
    assert (Cluster.objects.count(), present(cluster)) == (1, 5)


def test_a_suggestion_without_a_problem_in_words_keeps_what_was_chosen(cast: Cast) -> None:
    accounts = grid(5)
    sent = {"accounts": [one.pk for one in accounts], "problem": "", "name": "Grid"}
    answer = as_(cast.marketer).post(reverse("cluster_suggestion_make"), sent)
    assert answer.status_code == 422
    assert answer.context["picked"] == {str(one.pk) for one in accounts}
    assert not Cluster.objects.exists()


def test_reps_see_clusters_without_the_names_of_other_teams(cast: Cast) -> None:
    hidden = AccountFactory.create(name="Hidden Power", owner=cast.other_rep.person)
    mine = AccountFactory.create(name="My Power", owner=cast.rep.person)
    cluster = create_cluster(actor=cast.marketer, name="Grid", problem=PROBLEM, accounts=[hidden, mine])
    client = as_(cast.rep)
    page = client.get(reverse("cluster_detail", args=[cluster.pk])).content.decode()
    assert "My Power" in page
    assert "Hidden Power" not in page
    past = client.get(reverse("cluster_detail", args=[cluster.pk]) + "?tab=history").content.decode()
    assert "My Power" in past
    assert "an account of another team" in past
    assert "Hidden Power" not in past
    assert client.get(reverse("cluster_suggestion_list")).status_code == 403


def test_the_second_click_on_freeze_does_not_open_it_again(cast: Cast) -> None:
    cluster = ClusterFactory.create()
    client = as_(cast.marketer)
    for _ in range(2):
        client.post(reverse("cluster_freeze", args=[cluster.pk]), {"frozen": "1"})
    cluster.refresh_from_db()
    assert cluster.frozen_at
    client.post(reverse("cluster_freeze", args=[cluster.pk]), {"frozen": "0"})
    cluster.refresh_from_db()
    assert cluster.frozen_at is None


def test_an_edit_over_somebody_elses_rename_is_refused_in_words(cast: Cast) -> None:
    cluster = ClusterFactory.create(name="One", problem=PROBLEM)
    update_cluster(actor=cast.second_marketer, cluster=cluster, name="Two")
    answer = as_(cast.marketer).post(
        reverse("cluster_edit", args=[cluster.pk]),
        {"seen_name": "One", "name": "Three", "problem": PROBLEM, "target_size": 10},
    )
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    assert Cluster.objects.get().name == "Two"


def test_the_history_says_who_did_what(cast: Cast) -> None:
    cluster = create_cluster(actor=cast.marketer, name="Grid", problem=PROBLEM, accounts=grid(2))
    update_cluster(actor=cast.second_marketer, cluster=cluster, name="Grid tenders", owner=cast.marketer.person)
    freeze_cluster(actor=cast.marketer, cluster=cluster, frozen=True)
    answer = as_(cast.leader).get(reverse("cluster_detail", args=[cluster.pk]) + "?tab=history")
    told = [(event.who, event.says) for event in answer.context["events"]]
    assert told[0] == ("Mika Marketer", "froze it: no new members, no seats")
    assert told[1] == ("Mia Marketer", "renamed it from “Grid” to “Grid tenders”; made Mika Marketer the owner")
    assert told[2][1].endswith("joined")
    assert told[3] == ("Mika Marketer", f"wrote down the problem: “{PROBLEM}”")


def test_the_list_costs_the_same_queries_whatever_it_holds(cast: Cast) -> None:
    client = as_(cast.marketer)
    counts = []
    for number in range(3):
        create_cluster(actor=None, name=f"C{number}", problem=f"Problem {number} of them all", accounts=grid(3))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("cluster_list"))
        counts.append(len(queries))
    assert counts[0] == counts[-1]

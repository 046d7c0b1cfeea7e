"""Segments: live, without circles, with account facts only; everyone's or one's own."""

import re
from html import unescape

import pytest
from django.test import Client

from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts import facts
from accounts.models import Account, Segment
from accounts.services import segments as services
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
PORTS = {"fact": "industry", "op": "in", "value": ["Ports"]}
LARGE = {"fact": "employees", "op": "gte", "value": 500}


def inside(*segments: Segment) -> list[str]:
    condition = facts.condition("segment", "in", [segment.pk for segment in segments])
    return sorted(Account.objects.filter(facts.where(condition)).values_list("name", flat=True))


def of(*segments: Segment) -> dict[str, object]:
    return {"fact": "segment", "op": "in", "value": [segment.pk for segment in segments]}


def test_a_segment_is_as_of_now(cast: Cast) -> None:
    segment = services.create_segment(actor=cast.marketer, name="Large ports", conditions=[PORTS, LARGE])
    AccountFactory(name="Port", industry="Ports", employees=900)
    late = AccountFactory(name="Late", industry="Ports", employees=100)
    assert inside(segment) == ["Port"]
    Account.objects.filter(pk=late.pk).update(employees=500)
    assert inside(segment) == ["Late", "Port"]


def test_a_segment_may_stand_on_others_and_never_on_itself(cast: Cast) -> None:
    ports = services.create_segment(actor=cast.marketer, name="Ports", conditions=[PORTS])
    large = services.create_segment(actor=cast.marketer, name="Large ports", conditions=[of(ports), LARGE])
    AccountFactory(name="Port", industry="Ports", employees=900)
    AccountFactory(name="Small", industry="Ports", employees=9)
    AccountFactory(name="Bank", industry="Banking", employees=900)
    assert inside(large) == ["Port"]
    assert inside(large, ports) == ["Port", "Small"]
    for conditions in ([of(large)], [of(ports)]):
        with pytest.raises(DomainError, match="Ports would contain itself"):
            services.update_segment(actor=cast.marketer, segment=ports, version=1, conditions=conditions)
    ports.refresh_from_db()
    assert (ports.conditions, ports.version) == ([PORTS], 1)


def test_a_circle_in_stored_data_ends(cast: Cast) -> None:
    one = Segment.objects.create(name="One", conditions=[PORTS])
    two = Segment.objects.create(name="Two", conditions=[of(one)])
    Segment.objects.filter(pk=one.pk).update(conditions=[of(two)])
    AccountFactory(name="Port", industry="Ports")
    assert inside(one) == []


def test_what_others_stand_on_is_not_taken_away(cast: Cast) -> None:
    ports = services.create_segment(actor=cast.marketer, name="Ports", conditions=[PORTS])
    services.create_segment(actor=cast.marketer, name="Large ports", conditions=[of(ports), LARGE])
    with pytest.raises(DomainError, match="Large ports is built on Ports"):
        services.delete_segment(actor=cast.marketer, segment=ports)
    with pytest.raises(DomainError, match="Large ports is built on Ports"):
        services.update_segment(actor=cast.marketer, segment=ports, version=1, shared=False)
    assert Segment.objects.filter(pk=ports.pk, shared=True).exists()


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ([], "A segment has at least one condition, else it is everybody."),
        ([{"fact": "score", "op": "gte", "value": 60}], "There is no account fact “score”."),
        ([{"fact": "segment", "op": "in", "value": [777]}], "There is no segment of everyone's with the number 777."),
    ],
)
def test_what_no_segment_may_hold(cast: Cast, conditions: list[object], sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        services.create_segment(actor=cast.marketer, name="Wrong", conditions=conditions)
    assert str(refused.value) == sentence
    assert not Segment.objects.exists()


def test_who_was_faster_is_named(cast: Cast) -> None:
    segment = services.create_segment(actor=cast.marketer, name="Ports", conditions=[PORTS])
    services.update_segment(actor=cast.second_marketer, segment=segment, version=1, name="Harbours")
    with pytest.raises(Conflict, match="Mia Marketer changed this segment meanwhile"):
        services.update_segment(actor=cast.marketer, segment=segment, version=1, name="Docks")
    segment.refresh_from_db()
    assert segment.name == "Harbours"


def test_a_rep_keeps_their_own_and_nobody_elses(cast: Cast) -> None:
    own = services.create_segment(actor=cast.rep, name="Mine", conditions=[PORTS], shared=False)
    with pytest.raises(NotAllowed):
        services.create_segment(actor=cast.rep, name="Ours", conditions=[PORTS], shared=True)
    with pytest.raises(NotAllowed):
        services.update_segment(actor=cast.rep, segment=own, version=1, shared=True)
    shared = services.create_segment(actor=cast.marketer, name="Ports", conditions=[PORTS])
    with pytest.raises(NotAllowed):
        services.update_segment(actor=cast.rep, segment=shared, version=1, name="Taken")
    assert sorted(Segment.objects.values_list("name", "shared")) == [("Mine", False), ("Ports", True)]


def test_the_form_makes_a_segment_and_its_page_counts_what_the_person_sees(client: Client, cast: Cast) -> None:
    AccountFactory(name="Ours", industry="Ports", owner=cast.rep.person)
    AccountFactory(name="Theirs", industry="Ports", owner=cast.other_rep.person)
    client.force_login(cast.marketer)
    data = {"name": "Ports", "shared": "on", "industry~op": "in", "industry": ["Ports"], "employees~op": "unknown"}
    answer = client.post("/accounts/segments/new/", data)
    segment = Segment.objects.get()
    assert answer["Location"] == f"/accounts/segments/{segment.pk}/"
    assert segment.conditions == [PORTS, {"fact": "employees", "op": "unknown"}]
    assert re.search(rf'href="/accounts/\?segment={segment.pk}">2</a>', client.get(answer["Location"]).content.decode())
    client.force_login(cast.rep)
    html = unescape(client.get(answer["Location"]).content.decode())
    assert re.search(rf'href="/accounts/\?segment={segment.pk}">1</a>', html)
    assert "Theirs" not in html
    assert "Industry is Ports" in html
    assert "Employees unknown" in html


def test_a_wrong_condition_stands_beside_its_fact_and_nothing_is_lost(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    data = {"name": "Ports", "employees~op": "gte", "employees": "many", "country~op": "in", "country~more": "Chile"}
    answer = client.post("/accounts/segments/new/", data)
    html = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Employees: “many” is no number." in html
    assert 'value="Ports"' in html
    assert re.search(r'name="country" value="Chile" checked', html)
    assert not Segment.objects.exists()


def test_the_filters_of_the_list_become_the_first_conditions(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    query = "industry=Ports&employees.gte=500&tier=list&sort=name"
    html = unescape(client.get(f"/accounts/segments/new/?{query}").content.decode())
    assert re.search(r'name="industry" value="Ports" checked', html)
    assert 'name="employees" value="500"' in html
    assert "the list's filters by tier, score, move or words stay out of it" in html

"""The audit page: who reads it, its filters, and pages that do not shift."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from abxsite.audit.services import record
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("leader", 200), ("marketer", 200), ("manager", 403), ("rep", 403)]
)
def test_admins_leaders_and_marketers_read_it(client: Client, cast: Cast, role: str, status: int) -> None:
    client.force_login(getattr(cast, role))
    assert client.get(reverse("audit_list")).status_code == status


def labels(client: Client, query: str = "") -> list[str]:
    return [entry.label for entry, _, _ in client.get(reverse("audit_list") + query).context["entries"]]


def test_filters_by_person_object_words_and_day(client: Client, cast: Cast) -> None:
    one, two = AccountFactory.create(name="Alpha"), AccountFactory.create(name="Beta")
    record(actor=cast.rep, action="account_update", subject=one, before={"owner": None}, after={"owner": "Rea"})
    record(actor=cast.admin, action="account_place", subject=two, sentence="Because")
    record(actor=None, action="team_add", subject=cast.team)
    client.force_login(cast.leader)
    assert labels(client) == ["Nordics", "Beta", "Alpha"]
    assert labels(client, f"?actor={cast.rep.pk}") == ["Alpha"]
    assert labels(client, f"?subject=accounts.account:{two.pk}") == ["Beta"]
    assert labels(client, "?subject=users.team") == ["Nordics"]
    assert labels(client, "?q=because") == ["Beta"]
    assert labels(client, "?until=2020-01-01") == []
    page = " ".join(client.get(reverse("audit_list")).content.decode().split())
    assert "owner</span> Rea" in page
    assert "Account changed" in page
    assert "the system" in page


def test_older_entries_follow_by_key(client: Client, cast: Cast) -> None:
    for at in range(120):
        record(actor=None, action="x", subject=cast.team, sentence=str(at))
    client.force_login(cast.admin)
    seen, query = [], ""
    for _ in range(3):
        context = client.get(reverse("audit_list") + query).context
        seen += [entry.sentence for entry, _, _ in context["entries"]]
        query = f"?before={context['next']}"
    assert seen == [str(at) for at in range(119, -1, -1)]
    assert context["next"] is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditentry SET action = 'y'", "DELETE FROM audit_auditentry", "TRUNCATE audit_auditentry"],
)
def test_the_database_refuses_to_change_the_record(cast: Cast, statement: str) -> None:
    entry = record(actor=None, action="x", subject=cast.team)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).action == "x"

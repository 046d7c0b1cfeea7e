"""The API shows tiers, placements and moves of accounts that the user sees."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import AccountFactory
from tests.tiering.scores import make_run
from tiering.services.placements import place
from tiering.services.proposals import make_proposal
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = pytest.mark.django_db


def test_only_what_the_user_sees(cast: Cast, client: Client) -> None:
    ensure_defaults()
    top = active_tiers()[0]
    mine = AccountFactory.create(owner=cast.rep.person)
    theirs = AccountFactory.create(owner=cast.other_rep.person)
    for account in (mine, theirs):
        place(actor=None, account=account, tier=top, source="imported", reason="file")
    client.force_login(cast.rep)
    answer = client.get("/api/v1/placements/?open=true").json()
    assert [row["account_id"] for row in answer["results"]] == [mine.pk]
    assert answer["results"][0]["tier"] == "One-to-One"
    client.force_login(cast.leader)
    assert len(client.get("/api/v1/placements/").json()["results"]) == 2


def test_moves_show_their_evidence_one_by_one(cast: Cast, client: Client) -> None:
    ensure_defaults()
    mine = AccountFactory.create(owner=cast.rep.person)
    theirs = AccountFactory.create(owner=cast.other_rep.person)
    make_run({mine: (77, 3_000_000, 90), theirs: (78, 3_000_000, 90)})
    moves = {move.account_id: move for move in make_proposal(actor=None, cycle_number=1).moves.all()}
    client.force_login(cast.rep)
    (row,) = client.get("/api/v1/moves/?state=pending").json()["results"]
    assert (row["id"], "evidence" in row) == (moves[mine.pk].pk, False)
    alone = client.get(f"/api/v1/moves/{row['id']}/").json()
    assert alone["evidence"]["total"] == 385_000
    assert client.get(f"/api/v1/moves/{moves[theirs.pk].pk}/").status_code == 404


def test_tiers_carry_their_caps_and_a_stranger_to_the_site_gets_nothing(cast: Cast, client: Client) -> None:
    ensure_defaults()
    assert client.get("/api/v1/tiers/").status_code in (401, 403)
    client.force_login(cast.stranger)
    rows = client.get("/api/v1/tiers/").json()["results"]
    assert [(row["name"], row["cap"]) for row in rows][:2] == [("One-to-One", 12), ("One-to-Few", 80)]

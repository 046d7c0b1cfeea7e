"""Accepting the proposals for the Maven files spreads their 85 accounts over the tiers (T2)."""

from collections import Counter

import pytest
from django.core.management import call_command

from tests.accounts.imports.shared_data import shared_file
from tests.cast import Cast
from tiering.models import Score, Standing
from tiering.services.placements import apply_move, seats_in_use
from tiering.services.proposals import make_proposal
from tiering.services.runs import run_to_end
from tiering.services.setup import accept, apply_setup, propose_setup
from tiering.services.standings import refresh_standings
from tiering.services.tiers import active_tiers


@pytest.mark.django_db(transaction=False)
def test_maven_spreads_over_the_tiers(cast: Cast) -> None:
    accounts, deals = (shared_file(f"maven_crm_sales/{name}.csv") for name in ("accounts", "sales_pipeline"))
    call_command("import_file", "accounts", str(accounts), "--unit", "revenue=millions", "--json")
    call_command("import_file", "opportunities", str(deals), "--json")

    proposal = propose_setup()
    assert (proposal.accounts, proposal.customers, proposal.best_customer) == (85, 85, 341_455)
    assert [(answer.minimum_potential, answer.seats) for answer in proposal.tiers] == [
        (150_000, 5),
        (100_000, 15),
        (None, 25),
        (None, 30),
    ]
    assert proposal.estimated == 85
    assert [source.name for source in proposal.missing] == [
        "Entered potential",
        "Contacts",
        "Relationships and ties",
        "Signals",
        "Judgements of need and brand",
    ]

    run = run_to_end(apply_setup(actor=cast.marketer, answers=accept(proposal, default_signer=cast.manager.person)))
    assert Score.objects.filter(run=run, coverage=100).count() == 85
    refresh_standings()
    names = dict(Standing.objects.values_list("account_id", "tier__short_name"))
    assert Counter(names.values()) == {"One": 5, "Few": 15, "Many": 25, "Demand Gen": 30, None: 10}

    moves = make_proposal(actor=cast.marketer, cycle_number=1).moves.select_related("account", "to_tier")
    for move in moves:
        apply_move(actor=cast.marketer, move=move, tier=move.to_tier, cycle_number=1)
    assert [seats_in_use()[tier.pk] for tier in active_tiers()] == [5, 15, 25, 30]
    assert make_proposal(actor=cast.marketer, cycle_number=2).moves.count() == 0

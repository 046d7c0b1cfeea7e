"""SQL and the engine give the same integers, on random workspaces and scorecards, as of past days (S1–S6)."""

from dataclasses import asdict
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abxsite.lib import clock
from accounts.models import Account
from tests.tiering.scoring.worlds import World, worlds
from tiering.engine.scoring import score_all
from tiering.engine.types import ScoreOf
from tiering.models import Run, Score
from tiering.scoring import partitions
from tiering.scoring.facts import load_facts
from tiering.scoring.points import context_of
from tiering.scoring.specs import specs_of, typical_of_run
from tiering.services.runs import run_to_end, start_run

pytestmark = pytest.mark.django_db
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


class Undo(Exception):
    """Rolls an example back."""


def by_engine(world: World, run: Run) -> dict[int, ScoreOf]:
    facts = load_facts(Account.objects.values_list("pk", flat=True))
    scores, typical = score_all(facts, specs_of(list(world.scorecard.criteria.all())), world.as_of)
    assert (run.typical, run.known, run.dataless) == (list(typical.points), list(typical.known), list(typical.dataless))
    return scores


def in_words(score: ScoreOf) -> dict[str, Any]:
    row = asdict(score)
    potential = row.pop("potential")
    return row | {
        "points": list(score.points),
        "raw": list(score.raw),
        "potential": potential["value"],
        "potential_source": int(potential["source"]),
        "potential_n": potential["n"],
    }


def by_sql(run: Run) -> dict[int, dict[str, Any]]:
    names = [
        "total",
        "coverage",
        "points",
        "raw",
        "fit",
        "signals",
        "relationship",
        "potential",
        "potential_source",
        "potential_n",
        "follows",
    ]
    return {
        score.account_id: {"account": score.account_id} | {name: getattr(score, name) for name in names}
        for score in Score.objects.filter(run=run)
    }


def compare(data: st.DataObject) -> None:
    try:
        with transaction.atomic():
            world = data.draw(worlds())
            run = run_to_end(start_run(actor=None, as_of=world.as_of))
            expected = {pk: in_words(score) for pk, score in by_engine(world, run).items()}
            assert by_sql(run) == expected
            ids = sorted(expected)[::2]
            specs = specs_of(list(world.scorecard.criteria.all()))
            written = partitions.write_scores(
                run.pk, ids, specs, typical_of_run(run), context_of(run.as_of, run.context)
            )
            assert written == len(ids)
            assert by_sql(run) == expected, "the incremental path gives what the run gave"
            raise Undo
    except Undo:
        pass


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
def test_sql_and_engine_agree(data: st.DataObject) -> None:
    compare(data)


@pytest.mark.soak
@given(st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
def test_sql_and_engine_agree_on_very_many_workspaces(data: st.DataObject) -> None:
    compare(data)


def test_the_days_of_the_examples_are_past() -> None:
    from tests.tiering.scoring.worlds import DAYS

    assert max(DAYS) < clock.today()

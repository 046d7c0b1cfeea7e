"""A tier that the team already uses comes in as opening placements, never over one that is held (T3)."""

from datetime import date

import pytest

from abxsite.lib import clock
from accounts.models import Account, ImportKept
from accounts.services import imports
from tests.accounts.imports.test_conflicts import counted
from tests.accounts.imports.test_import_pages import columns, signed_in, upload
from tests.accounts.imports.test_undo import bring, undo
from tests.cast import Cast
from tests.factories import AccountFactory
from tiering.models import Placement, PlacementOutbox, Tier
from tiering.services.placements import place
from tiering.services.setup import ensure_defaults

pytestmark = pytest.mark.django_db
FILE = "name,ABM tier,Tier since\nFjordlys,Tier 1,2026-01-15\nTindra,1:few,\nBrim,none,\nNova,Tier 1,2026-02-01\n"


def tier(order: int) -> Tier:
    return Tier.objects.get(order=order)


def words() -> dict[str, dict[str, str]]:
    return {"tier": {"tier 1": str(tier(1).pk), "1:few": str(tier(2).pk), "none": ""}}


def test_opening_placements_are_made_kept_apart_and_voided_by_undo(cast: Cast) -> None:
    ensure_defaults()
    nova = AccountFactory(name="Nova", match_name="nova")
    held = place(actor=cast.marketer, account=nova, tier=tier(3), source="cycle", reason="Agreed.")
    job = bring(FILE, words=words())
    assert (job.counts["tiers_placed"], job.counts["tiers_kept"]) == (2, 1)
    fjordlys, tindra = (Placement.objects.get(account__name=name) for name in ("Fjordlys", "Tindra"))
    assert (fjordlys.tier, fjordlys.source, fjordlys.since) == (tier(1), "imported", clock.start_of(date(2026, 1, 15)))
    assert (tindra.tier, tindra.reason) == (tier(2), "Came in with f.csv.")
    assert Placement.objects.get(account=nova) == held
    assert not Placement.objects.filter(account__name="Brim").exists()
    assert PlacementOutbox.objects.filter(placement__in=[fjordlys, tindra]).count() == 2
    assert bring(FILE, words=words()).counts.get("tiers_placed", 0) == 0
    assert undo(job) == {"gone": 1, "kept": 2, "placements": 2}
    fjordlys.refresh_from_db()
    assert fjordlys.voided_at is not None
    assert Placement.objects.get(account=nova).voided_at is None
    assert set(Account.objects.values_list("name", flat=True)) == {"Fjordlys", "Tindra", "Nova"}


def test_a_placement_that_a_review_moved_on_from_stays(cast: Cast) -> None:
    ensure_defaults()
    account = AccountFactory(name="Fjordlys", match_name="fjordlys")
    job = bring("name,ABM tier\nFjordlys,Tier 1\n", words=words())
    place(actor=cast.marketer, account=account, tier=tier(2), source="cycle", reason="Agreed.")
    undo(job)
    assert list(
        Placement.objects.filter(voided_at__isnull=True).order_by("id").values_list("tier__order", flat=True)
    ) == [
        1,
        2,
    ]
    assert ImportKept.objects.get().reason == "A review has moved the account on from this tier since."


def test_the_words_are_asked_guessed_and_remembered(cast: Cast) -> None:
    ensure_defaults()
    client = signed_in(cast.marketer)
    job = upload(client, FILE)
    assert job.mapping["ABM tier"] == "tier"
    page = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "Which tier each word means" in page
    answers = {"tier:Tier 1": str(tier(1).pk), "tier:1:few": str(tier(3).pk), "tier:none": ""}
    assert client.post(f"/accounts/import/{job.pk}/mapping/", columns(job, **answers)).status_code == 302
    job.refresh_from_db()
    job = imports.run_to_end(job)
    assert counted(job)["tiers_placed"] == 3
    assert Placement.objects.get(account__name="Tindra").tier == tier(3)
    later = imports.run_to_end(upload(client, "company,tier\nVelo,1:few\n"))
    assert counted(later)["tiers_placed"] == 1
    assert Placement.objects.get(account__name="Velo").tier == tier(3)

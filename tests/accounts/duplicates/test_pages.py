"""The pages of duplicates and merges: decide, compare, merge, undo; and what old addresses answer."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from abxsite.users.models import User
from accounts.models import Account, AccountMerge, DuplicatePair
from accounts.services.merge import merge_accounts
from tests.accounts.duplicates.worlds import furnish
from tests.cast import Cast
from tests.factories import AccountFactory
from tests.reviews.factories import make_tiers, place_in

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def two() -> tuple[Account, Account, DuplicatePair]:
    low = AccountFactory.create(name="Acme", domain="acme.example", country="Norway")
    high = AccountFactory.create(name="Acme Works", domain="acme.test", country="Sweden", employees=70)
    reasons = ["like_name", "same_base", "other_country"]
    return low, high, DuplicatePair.objects.create(low=low, high=high, score=70, similarity=64, reasons=reasons)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_gives_reasons_for_and_against(cast: Cast) -> None:
    two()
    client = client_of(cast.marketer)
    page = text_of(client.get(reverse("duplicate_list")))
    assert "Names alike (64 %)" in page
    assert "But: different countries" in page
    assert "Acme Works" in text_of(client.get(reverse("duplicate_list"), {"reason": "same_base", "q": "acme.te"}))
    assert "No pair fits that" in text_of(client.get(reverse("duplicate_list"), {"reason": "same_name"}))


def test_not_the_same_leaves_the_list(cast: Cast) -> None:
    _, _, pair = two()
    client = client_of(cast.marketer)
    client.post(reverse("duplicate_dismiss", args=[pair.pk]))
    pair.refresh_from_db()
    assert (pair.state, pair.dismissed_by) == ("dismissed", cast.marketer)
    assert "Ask again" in text_of(client.get(reverse("duplicate_list"), {"state": "dismissed"}))
    client.post(reverse("duplicate_dismiss", args=[pair.pk]), {"again": "1"})
    pair.refresh_from_db()
    assert pair.state == "open"


def test_compare_merge_and_undo(cast: Cast) -> None:
    low, high, _ = two()
    furnish(high, cast)
    client = client_of(cast.marketer)
    page = text_of(client.get(reverse("account_merge", args=[low.pk, high.pk])))
    assert "Are these one company?" in page
    assert 'name="f-country" value="keep" checked' in page
    assert 'name="f-employees" value="take" checked' in page
    answer = client.post(reverse("account_merge", args=[low.pk, high.pk]), {"f-country": "take", "f-name": "keep"})
    merge = AccountMerge.objects.get()
    assert answer["Location"] == reverse("merge_detail", args=[merge.pk])
    low.refresh_from_db()
    assert (low.name, low.country, low.employees) == ("Acme", "Sweden", 70)
    detail = text_of(client.get(reverse("merge_detail", args=[merge.pk])))
    assert "Acme Works is merged into Acme" in detail
    assert '<td>Country</td><td class="ax-wrap-cell">Norway</td><td class="ax-wrap-cell">Sweden</td>' in detail
    client.post(reverse("merge_undo", args=[merge.pk]))
    low.refresh_from_db()
    assert (low.country, low.employees) == ("Norway", None)
    assert "Everything is as it was." in text_of(client.get(reverse("merge_detail", args=[merge.pk])))


def test_a_refused_merge_says_why_and_keeps_what_was_chosen(cast: Cast) -> None:
    low, high, _ = two()
    child = AccountFactory.create(name="Child", parent=high)
    low.parent = child
    low.save()
    answer = client_of(cast.marketer).post(
        reverse("account_merge", args=[low.pk, high.pk]), {"f-country": "take", "f-parent": "keep"}
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Acme would become its own parent&#x27;s parent." in page
    assert 'name="f-country" value="take" checked' in page
    assert AccountMerge.objects.count() == 0


def test_who_comes_second_sees_the_merge_that_was_made(cast: Cast) -> None:
    low, high, _ = two()
    merge = merge_accounts(actor=cast.admin, survivor=low, loser=high)
    client = client_of(cast.marketer)
    answer = client.post(reverse("account_merge", args=[high.pk, low.pk]))
    assert answer.status_code == 409
    assert "Ada Admin merged Acme Works into Acme meanwhile." in text_of(answer)
    opened = client.get(reverse("account_merge", args=[high.pk, low.pk]))
    assert opened["Location"] == reverse("merge_detail", args=[merge.pk])


def test_old_addresses_lead_to_the_survivor_with_both_histories(cast: Cast) -> None:
    low, high, _ = two()
    place_in(high, make_tiers()[1])
    merge_accounts(actor=cast.marketer, survivor=low, loser=high)
    client = client_of(cast.marketer)
    answer = client.get(reverse("account_detail", args=[high.pk]) + "?tab=people")
    assert answer["Location"] == reverse("account_detail", args=[low.pk]) + "?tab=people"
    stranger = client_of(cast.other_rep)
    Account.objects.update(owner=cast.rep.person)
    assert stranger.get(reverse("account_detail", args=[high.pk])).status_code == 404
    page = text_of(client.get(reverse("account_detail", args=[low.pk]) + "?tab=history"))
    assert "Merged with Acme Works" in page
    assert "Imported, as Acme Works" in page
    assert "Took over the seat of Acme Works" in page


def test_choosing_the_double_by_name(cast: Cast) -> None:
    low, high, _ = two()
    client = client_of(cast.marketer)
    page = text_of(client.get(reverse("account_merge_pick", args=[low.pk])))
    assert "Accounts that look like it" in page
    answer = client.post(reverse("account_merge_pick", args=[low.pk]), {"other": "acme.test"})
    assert answer["Location"] == reverse("account_merge", args=[low.pk, high.pk])


def test_a_new_account_that_looks_like_one_is_asked_about_once(cast: Cast) -> None:
    two()
    client = client_of(cast.marketer)
    facts = {"name": "ACME Works Inc.", "domain": "", "status": "prospect"}
    asked = client.post(reverse("account_create"), facts)
    assert asked.status_code == 200
    page = text_of(asked)
    assert "It looks like an account that is here already" in page
    assert "Add it anyway" in page
    assert Account.objects.count() == 2
    client.post(reverse("account_create"), facts | {"anyway": "1"})
    made = Account.objects.get(name="ACME Works Inc.")
    entry = AuditEntry.objects.get(action="account_create_despite")
    assert (entry.subject_id, entry.actor) == (made.pk, cast.marketer)
    assert "Acme Works" in entry.sentence


def test_a_new_account_like_no_other_is_added_at_once(cast: Cast) -> None:
    two()
    client_of(cast.rep).post(reverse("account_create"), {"name": "Borealis", "domain": "borealis.example",
                                                         "status": "prospect"})  # fmt: skip
    assert Account.objects.filter(name="Borealis").count() == 1


def test_another_team_s_account_is_not_shown_to_who_adds_one(cast: Cast) -> None:
    two()
    Account.objects.update(owner=cast.other_rep.person)
    client_of(cast.rep).post(reverse("account_create"), {"name": "Acme Work", "domain": "", "status": "prospect"})
    assert Account.objects.filter(name="Acme Work").count() == 1

"""Signals without an account, doubles and a merge, for the pictures of their pages."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.choices import SignalKind
from accounts.models import Account, AccountAlias, AccountMerge, DuplicatePair, Signal
from accounts.services import duplicates
from accounts.services.accounts import create_account
from accounts.services.merge import merge_accounts
from accounts.services.people import add_contact


def parked(name: str) -> Callable[[], str | None]:
    """Signals of companies that nobody knows, so that the page has something to show."""

    def find() -> str | None:
        known = Account.objects.exclude(domain="").order_by("pk").first()
        near = known.domain.split(".")[0] if known else "acme"
        said = ((f"d:{near}.test", f"{near}.test", 5), ("d:visitors-unknown.example", "visitors-unknown.example", 3),
                ("n:harbour line", "Harbour Line Shipping", 2), ("e:joe@gmail.com", "joe@gmail.com", 1))  # fmt: skip
        if not Signal.objects.filter(hint_key="n:harbour line").exists():
            Signal.objects.bulk_create(
                Signal(kind=SignalKind.SITE_VISIT, occurred_at=clock.now(), occurred_on=clock.today(), match_hint=text,
                       hint_key=key, source="web", external_id=f"{key}{n}")
                for key, text, count in said for n in range(count)
            )  # fmt: skip
        if not AccountAlias.objects.filter(by_merge=False).exists():
            key = "d:linked-by-hand.example"
            AccountAlias.objects.create(account=known, kind="domain", key=key, said="linked-by-hand.example", signals=4)
        return reverse(name)

    return find


def doubles(name: str) -> Callable[[], str | None]:
    """Two accounts that look alike, a search that found them, and a merge of two others."""

    def find() -> str | None:
        first, marketer = Account.objects.present().order_by("pk").first(), User.objects.filter(
            roles__contains=["marketer"]).first()  # fmt: skip
        if first is None or marketer is None:
            return None
        if not AccountMerge.objects.exists():
            for number, tail in enumerate(("Group", "International GmbH")):
                facts: dict[str, Any] = {"country": "Norway", "employees": 410 + number, "industry": "Logistics"}
                create_account(actor=marketer, name=f"{first.name} {tail}", domain=f"double{number}.example", **facts)
            gone = create_account(
                actor=marketer, name=f"{first.name} Old", domain="old-double.example", country="Chile"
            )
            add_contact(actor=marketer, account=gone, name="Rosa Lind")
            merge_accounts(actor=marketer, survivor=first, loser=gone)
            duplicates.run_to_end(duplicates.start_scan(actor=marketer))
        pair = DuplicatePair.objects.filter(state="open").order_by("-score").first()
        merge = AccountMerge.objects.order_by("pk").first()
        if name == "account_merge":
            return reverse(name, args=[pair.low_id, pair.high_id]) if pair else None
        if name == "account_merge_pick":
            return reverse(name, args=[first.pk])
        if name == "merge_detail":
            return reverse(name, args=[merge.pk]) if merge else None
        return reverse(name)

    return find


def alike(page: Page) -> None:
    """A new account that is here already."""
    page.get_by_label("Name", exact=True).fill(Account.objects.present().earliest("pk").name + " Inc")
    page.get_by_role("button", name="Add account").click()

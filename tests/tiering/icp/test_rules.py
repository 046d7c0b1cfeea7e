"""The ICP's rules: unknown fails nothing, the past stays readable, changes are shown before they are saved."""

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.users.models import User
from accounts.facts import Condition
from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory
from tiering import icp
from tiering.choices import RuleKind
from tiering.icp.counts import count, effect
from tiering.models import IcpRule, Tier
from tiering.services.icp import end_rule, save_rules
from tiering.services.placements import place
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = pytest.mark.django_db
BIG = Condition("employees", "gte", 100)
RETAIL = Condition("industry", "in", ["Retail"])


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def accounts() -> dict[str, Account]:
    return {
        "big": AccountFactory.create(name="Big", employees=500, industry="Energy"),
        "small": AccountFactory.create(name="Small", employees=20, industry="Energy"),
        "shop": AccountFactory.create(name="Shop", employees=500, industry="Retail"),
        "dark": AccountFactory.create(name="Dark"),
    }


@pytest.fixture
def tiers() -> list[Tier]:
    ensure_defaults(actor=None)
    return active_tiers()


def say(kind: RuleKind, condition: Condition) -> IcpRule:
    return save_rules(actor=None, kind=kind, conditions=[condition])[0]


def test_an_unknown_fact_fails_nothing_and_is_counted_apart(accounts: dict[str, Account]) -> None:
    say(RuleKind.MUST, BIG)
    say(RuleKind.EXCLUDE, RETAIL)
    say(RuleKind.NICE, Condition("industry", "in", ["Mining"]))
    assert icp.failing() == {
        accounts["small"].pk: "A must-have of the ICP fails: Employees at least 100.",
        accounts["shop"].pk: "An exclusion of the ICP: Industry is Retail.",
    }
    fits = icp.fitting()
    assert fits
    assert set(Account.objects.filter(fits)) == {accounts["big"], accounts["dark"]}
    lines = icp.current_lines()
    found = count(Account.objects.present(), lines)
    assert (found.accounts, found.passes, found.fails, found.open) == (4, 2, 2, 1)
    kinds = {line.kind: found.rules[number] for number, line in enumerate(lines)}
    assert {kind: (one.met, one.wrong, one.unknown) for kind, one in kinds.items()} == {
        RuleKind.MUST: (2, 1, 1), RuleKind.EXCLUDE: (2, 1, 1), RuleKind.NICE: (0, 3, 1),
    }  # fmt: skip


def test_without_a_binding_rule_everybody_passes(accounts: dict[str, Account]) -> None:
    say(RuleKind.NICE, BIG)
    assert icp.fitting() is None
    assert icp.failing() == {}


def test_a_rule_that_cannot_be_read_any_more_binds_nobody(accounts: dict[str, Account]) -> None:
    IcpRule.objects.create(kind=RuleKind.MUST, fact="shoe_size", op="gte", value=3)
    line = icp.current_lines()[0]
    assert (line.binds, line.words) == (False, "a fact that is no longer kept")
    assert icp.failing() == {}


def test_a_change_ends_one_rule_and_begins_another(cast: Cast) -> None:
    rule = say(RuleKind.MUST, BIG)
    new = save_rules(
        actor=cast.marketer, kind="must", conditions=[Condition("employees", "gte", 200)], replaces=rule
    )[0]  # fmt: skip
    rule.refresh_from_db()
    assert (rule.until is not None, rule.ended_by, new.until, new.made_by) == (True, cast.marketer, None, cast.marketer)
    entries = AuditEntry.objects.filter(actor=cast.marketer).order_by("pk").values_list("action", "sentence")
    assert list(entries) == [
        ("icp_rule_end", "Employees at least 100"),
        ("icp_rule_begin", "Employees at least 200"),
    ]
    with pytest.raises(Conflict, match="changed or ended this rule"):
        end_rule(actor=cast.second_marketer, rule=rule)


def test_what_is_not_changed_stays_and_what_is_said_is_not_said_twice(cast: Cast) -> None:
    rule = say(RuleKind.MUST, BIG)
    assert save_rules(actor=cast.marketer, kind="must", conditions=[BIG], replaces=rule) == [rule]
    with pytest.raises(DomainError, match="says this already: Employees at least 100"):
        save_rules(actor=cast.marketer, kind="must", conditions=[BIG])
    assert IcpRule.objects.count() == 1


def test_what_says_nothing_about_the_company_makes_no_rule(cast: Cast) -> None:
    for wrong in (Condition("owner_id", "in", [1]), Condition("industry", "known")):
        with pytest.raises(DomainError):
            save_rules(actor=cast.marketer, kind="must", conditions=[wrong])
    with pytest.raises(NotAllowed):
        save_rules(actor=cast.rep, kind="must", conditions=[BIG])
    assert not IcpRule.objects.exists()


def test_the_effect_on_the_list_is_shown_before_it_is_saved(
    cast: Cast, accounts: dict[str, Account], tiers: list[Tier]
) -> None:
    for account in accounts.values():
        place(actor=None, account=account, tier=tiers[2], source="imported", reason="file")
    client = as_(cast.marketer)
    sent = {"kind": "must", "employees~op": "gte", "employees": "100", "note": "Crews"}
    answer = client.post(reverse("icp_rule_add"), sent)
    would = answer.context["effect"]
    assert (would.seated, would.leaves, would.returns) == (4, 1, 0)
    assert would.first_leaving == [accounts["small"]]
    assert not IcpRule.objects.exists()
    answer = client.post(reverse("icp_rule_add"), sent | {"save": "1"})
    assert answer["Location"] == reverse("icp_detail")
    rule = IcpRule.objects.get()
    assert (rule.kind, rule.fact, rule.op, rule.value, rule.note) == ("must", "employees", "gte", 100, "Crews")
    again = effect(icp.current_lines(), [])
    assert (again.leaves, again.returns) == (0, 1)


def test_a_form_that_says_nothing_or_nonsense_saves_nothing(cast: Cast) -> None:
    client = as_(cast.marketer)
    for sent in ({"kind": "must"}, {"kind": "must", "employees~op": "gte", "employees": "many"}):
        answer = client.post(reverse("icp_rule_add"), sent | {"save": "1"})
        assert answer.status_code == 422
    assert not IcpRule.objects.exists()


def test_the_page_counts_for_those_who_see_all_and_the_numbers_open_their_accounts(
    cast: Cast, accounts: dict[str, Account]
) -> None:
    rule = say(RuleKind.MUST, BIG)
    answer = as_(cast.leader).get(reverse("icp_detail"))
    assert (answer.context["counted"].passes, answer.context["counted"].fails) == (3, 1)
    page = as_(cast.leader).get(reverse("icp_account_list"), {"show": "wrong", "rule": str(rule.pk)})
    assert list(page.context["page"]) == [accounts["small"]]
    page = as_(cast.leader).get(reverse("icp_account_list"), {"show": "open"})
    assert list(page.context["page"]) == [accounts["dark"]]
    seen_by_rep = as_(cast.rep).get(reverse("icp_detail"))
    assert seen_by_rep.context["counted"] is None
    assert "Employees at least 100" in seen_by_rep.content.decode()


def test_a_rule_ends_by_its_page_and_stays_among_those_of_the_past(cast: Cast) -> None:
    rule = say(RuleKind.MUST, BIG)
    client = as_(cast.marketer)
    assert client.get(reverse("icp_rule_end", args=[rule.pk])).context["effect"].leaves == 0
    assert IcpRule.objects.filter(until__isnull=True).exists()
    client.post(reverse("icp_rule_end", args=[rule.pk]))
    rule.refresh_from_db()
    assert rule.ended_by == cast.marketer
    assert [line.words for _, line in client.get(reverse("icp_detail")).context["past"]] == ["Employees at least 100"]

"""Changing the ICP: rules begin and end, never change in place, so that every day of the past can be read."""

from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from abxsite.audit.services import record
from abxsite.lib import clock, queue
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from accounts import facts
from tiering.choices import RuleKind
from tiering.icp import Line, line_of
from tiering.models import IcpRule
from tiering.policies import check_may_keep

MOST_RULES: Final = 40
#: Facts that are the team's own doing, not the company's: they make no profile of a customer.
NOT_OF_THE_COMPANY: Final = frozenset({"owner_id", "owner_team", "cluster_id", "created_on", "insight_on", "source"})


@transaction.atomic
def save_rules(
    *, actor: User | None, kind: str, conditions: Sequence[facts.Condition], note: str = "",
    replaces: IcpRule | None = None,
) -> list[IcpRule]:  # fmt: skip
    """Each condition becomes a rule; `replaces` ends in the same moment."""
    check_may_keep(actor, "change the ICP")
    if not conditions:
        raise DomainError("Say at least one thing about the company.")
    for condition in conditions:
        check_condition(condition)
    if replaces is not None:
        if _same(replaces, kind, conditions, note):
            return [replaces]
        _end(actor, replaces)
    if IcpRule.objects.filter(until__isnull=True).count() + len(conditions) > MOST_RULES:
        raise DomainError(f"{MOST_RULES} rules are the most that people can keep in mind. End one first.")
    rules = [_begin(actor, kind, condition, note) for condition in conditions]
    queue.wake("tiering.refresh_standings")
    return rules


@transaction.atomic
def end_rule(*, actor: User | None, rule: IcpRule) -> None:
    check_may_keep(actor, "change the ICP")
    _end(actor, rule)
    queue.wake("tiering.refresh_standings")


def check_condition(condition: facts.Condition) -> None:
    """DomainError where a condition says nothing about a company that could keep it off."""
    fact = facts.fact_of(condition.fact)
    if fact.key in NOT_OF_THE_COMPANY:
        raise DomainError(f"{fact.label} is what your team did, not what the company is. It makes no profile.")
    if condition.op in facts.BARE and not fact.always_known:
        raise DomainError(
            f"{fact.label}: what is not known fails nothing, so “{condition.op}” keeps nobody off. Name values."
        )


def _same(rule: IcpRule, kind: str, conditions: Sequence[facts.Condition], note: str) -> bool:
    only = conditions[0]
    said = (rule.kind, rule.fact, rule.op, rule.value, rule.note, rule.until)
    return len(conditions) == 1 and said == (kind, only.fact, only.op, only.value, note.strip(), None)


def _begin(actor: User | None, kind: str, condition: facts.Condition, note: str) -> IcpRule:
    rule = IcpRule(
        kind=kind, fact=condition.fact, op=condition.op, value=condition.value, note=note.strip(), since=clock.now(),
        made_by=actor,
    )  # fmt: skip
    try:
        rule.full_clean()
        with transaction.atomic():
            rule.save(force_insert=True)
    except (ValidationError, IntegrityError) as error:
        if isinstance(error, ValidationError) and "__all__" not in error.message_dict:
            raise
        raise DomainError(f"The ICP says this already: {facts.in_words(condition)}.") from error
    words = facts.in_words(condition)
    record(actor=actor, action="icp_rule_begin", subject=rule, after=_said(line_of(rule)), sentence=words)
    return rule


def _end(actor: User | None, rule: IcpRule) -> None:
    ended = IcpRule.objects.filter(pk=rule.pk, until__isnull=True).update(until=clock.now(), ended_by=actor)
    if not ended:
        raise Conflict("Somebody changed or ended this rule meanwhile. Look at the ICP again.")
    line = line_of(rule)
    record(actor=actor, action="icp_rule_end", subject=rule, before=_said(line), sentence=line.words)


def _said(line: Line) -> dict[str, str]:
    return {"kind": RuleKind(line.kind).label, "rule": line.words}

"""The ICP's rules as filters over account facts. A fact that is unknown fails nothing: it is to be found out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from abxsite.lib.errors import DomainError
from accounts import facts
from accounts.models import Account
from tiering.choices import RuleKind
from tiering.models import IcpRule


@dataclass(frozen=True)
class Line:
    """One rule with its condition read; `condition` is None where it cannot be read any more (it then binds nobody).

    `pk` is None for a rule that is only being tried.
    """

    kind: RuleKind
    condition: facts.Condition | None
    pk: int | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """`Industry is Energy, Ports`; of an exclusion, who is excluded."""
        return facts.in_words(self.condition) if self.condition else "a fact that is no longer kept"

    @property
    def binds(self) -> bool:
        """It can keep an account off the list."""
        return self.condition is not None and self.kind != RuleKind.NICE

    @property
    def wrong(self) -> Q:
        """Accounts that are known to fail it; of a nice-to-have, those that are known to lack it."""
        if self.condition is None:
            return Q(pk__in=())
        meets = facts.where(self.condition)
        return meets if self.kind == RuleKind.EXCLUDE else facts.known(self.condition.fact) & ~meets

    @property
    def unknown(self) -> Q:
        """Accounts of which nobody knows it yet."""
        if self.condition is None or facts.fact_of(self.condition.fact).always_known:
            return Q(pk__in=())
        return ~facts.known(self.condition.fact)

    @property
    def met(self) -> Q:
        """Accounts that are known to be as the rule wants them."""
        if self.condition is None:
            return Q(pk__in=())
        meets = facts.where(self.condition)
        return facts.known(self.condition.fact) & ~meets if self.kind == RuleKind.EXCLUDE else meets

    @property
    def failed(self) -> str:
        """Why an account is kept off the list."""
        if self.kind == RuleKind.EXCLUDE:
            return f"An exclusion of the ICP: {self.words}."
        return f"A must-have of the ICP fails: {self.words}."


def line_of(rule: IcpRule) -> Line:
    return Line(RuleKind(rule.kind), _read(rule), rule.pk, rule.note)


def current_lines() -> list[Line]:
    """Must-haves, nice-to-haves, exclusions, each in the order in which they were said."""
    order = {kind: place for place, kind in enumerate((RuleKind.MUST, RuleKind.NICE, RuleKind.EXCLUDE))}
    lines = [line_of(rule) for rule in IcpRule.objects.filter(until__isnull=True)]
    return sorted(lines, key=lambda line: (order[line.kind], line.pk))


def wrong_by_any(lines: Iterable[Line]) -> Q:
    """Accounts that at least one binding rule keeps off the list; nobody when none binds."""
    some = Q()
    for line in lines:
        if line.binds:
            some |= line.wrong
    return some or Q(pk__in=())


def fitting(lines: Sequence[Line] | None = None) -> Q | None:
    """Accounts that no must-have or exclusion keeps off; None when no rule binds, and so all pass."""
    binding = [line for line in (current_lines() if lines is None else lines) if line.binds]
    return ~wrong_by_any(binding) if binding else None


def failing(lines: Sequence[Line] | None = None) -> dict[int, str]:
    """Accounts that a must-have or exclusion keeps off the list, each with a sentence: the first that fails."""
    failed: dict[int, str] = {}
    for line in current_lines() if lines is None else lines:
        if line.binds:
            wrong = Account.objects.present().filter(line.wrong).values_list("pk", flat=True)
            for account in wrong:
                failed.setdefault(account, line.failed)
    return failed


def _read(rule: IcpRule) -> facts.Condition | None:
    try:
        return facts.condition(rule.fact, rule.op, rule.value)
    except DomainError:
        return None

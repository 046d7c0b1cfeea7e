"""The answer: rows, their sum and findings; and its JSON, which the README of the commands documents."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reviews.measure.scope import Scope
from reviews.measure.tally import Tally
from tiering.models import Tier


@dataclass(frozen=True)
class Row:
    """`part` names the tier, industry or person as the statement does; `accounts` and `cap` are of now."""

    kind: str
    part: str
    name: str
    tally: Tally
    tier: Tier | None = None
    accounts: int | None = None
    cap: int | None = None
    few: int = 8

    @property
    def too_few(self) -> bool:
        """Under `settings.few_deals` closed deals a rate says nothing (M3)."""
        return self.tally.closed < self.few

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.part}" if self.part else self.kind

    def as_json(self) -> dict[str, Any]:
        t = self.tally
        low, high = t.interval or (None, None)
        return {
            "key": self.key,
            "kind": self.kind,
            "name": self.name,
            "accounts": self.accounts,
            "cap": self.cap,
            "deals": t.deals,
            "without_account": t.without_account,
            "created": t.created,
            "created_amount": money(t.created_amount),
            "created_unknown": t.created_unknown,
            "open": t.open,
            "open_amount": money(t.open_amount),
            "open_unknown": t.open_unknown,
            "won": t.won,
            "lost": t.lost,
            "closed": t.closed,
            "win_rate": six(t.win_rate),
            "win_rate_low": six(low),
            "win_rate_high": six(high),
            "too_few_to_tell": self.too_few,
            "renewals_won": t.renewals_won,
            "renewals_lost": t.renewals_lost,
            "won_value": money(t.won_value),
            "won_value_n": t.won_known,
            "mean_won_deal": six(t.mean_won),
            "cycle_n": t.durations.n,
            "mean_cycle_days": six(t.durations.mean),
            "median_cycle_days": t.durations.median,
            "survival_n": t.durations.watched,
            "survival_median_days": t.durations.survival_median,
            "still_open_share": six(t.durations.open_share),
        }


@dataclass(frozen=True)
class Finding:
    """`title` is the sentence, `text` its numbers; `attn` asks for a person; `link` is (words, row, measure)."""

    key: str
    title: str
    text: str = ""
    attn: bool = False
    icon: str = "scale"
    link: tuple[str, str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        return {"key": self.key, "title": self.title, "text": self.text, "attention": self.attn}


@dataclass(frozen=True)
class Insights:
    scope: Scope
    currency: str
    rows: list[Row]
    total: Row
    findings: list[Finding] = field(default_factory=list)

    @property
    def unassigned(self) -> int:
        """Deals without an account, counted apart and in the total."""
        return self.total.tally.without_account

    def of_kind(self, *kinds: str) -> list[Row]:
        return [row for row in self.rows if row.kind in kinds]

    def as_json(self) -> dict[str, Any]:
        scope = self.scope
        return {
            "by": scope.by,
            "tier_as_of": scope.tier_as_of,
            "from": scope.since.isoformat() if scope.since else None,
            "to": scope.until.isoformat() if scope.until else None,
            "as_of": scope.as_of.isoformat(),
            "currency": self.currency,
            "renewals_counted": scope.renewals,
            "unassigned": self.unassigned,
            "rows": [row.as_json() for row in self.rows],
            "total": self.total.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
        }


def six(value: float | Decimal | None) -> float | None:
    """Rates and means with six decimals."""
    return None if value is None else round(float(value), 6)


def money(value: Decimal) -> int | float:
    """A whole amount as an integer, else with its cents."""
    return int(value) if value == value.to_integral_value() else float(round(value, 2))

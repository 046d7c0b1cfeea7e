"""What if: the same model with other people and money. Reads, computes, writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from abxsite.lib import currency, display
from entitlements.capacity import Facts, TierCapacity, compute, fte_of, varied

THOUSAND = 1000
MOST_FTE = Decimal(500)


@dataclass(frozen=True)
class Slider:
    """`now` is what is so; `value` what was asked for."""

    name: str
    label: str
    unit: str
    now: Decimal
    value: Decimal
    top: Decimal
    step: str

    @property
    def moved(self) -> Decimal:
        return self.value - self.now

    @property
    def shown(self) -> str:
        return f"{self.value.normalize():f}"

    @property
    def shown_money(self) -> str:
        """A budget in thousands as the slider says it, to the step: `$940k`, `$1.2M`, `$1.205M`."""
        if self.value < THOUSAND:
            return f"{currency.sign()}{self.shown}k"
        return f"{currency.sign()}{(self.value / THOUSAND).normalize():f}M"

    @property
    def now_text(self) -> str:
        return display.money_short(self.now * THOUSAND) if self.name == "budget" else f"{self.now.normalize():f}"


@dataclass(frozen=True)
class Outcome:
    now: TierCapacity
    then: TierCapacity

    @property
    def changed(self) -> bool:
        return self.now.seats != self.then.seats


@dataclass(frozen=True)
class WhatIf:
    sliders: list[Slider]
    outcomes: list[Outcome]

    @property
    def moved(self) -> bool:
        return any(slider.moved for slider in self.sliders)

    @property
    def title(self) -> str:
        """`With 0.5 designers more and $100k less a year`."""
        parts = [_said(slider) for slider in self.sliders if slider.moved]
        return f"With {' and '.join(parts)}" if parts else "As it is"

    @property
    def notes(self) -> list[str]:
        """What binds then, in the tiers that change."""
        return [
            f"{outcome.then.name}: {outcome.then.label[0].lower()}{outcome.then.label[1:]} "
            f"{'still bind' if outcome.then.label == outcome.now.label else 'then bind'}"
            f"{'' if outcome.then.label.endswith('s') or 'ours' in outcome.then.label else 's'}."
            for outcome in self.outcomes
            if outcome.changed and outcome.then.label
        ]


def what_if(facts: Facts, asked: Mapping[str, str]) -> WhatIf:
    """`asked` holds `fte-<role id>` in FTE and `budget` in thousands a year; what is missing or odd stays as it is."""
    sliders = _sliders(facts, asked)
    fte = {
        int(slider.name.removeprefix("fte-")): Fraction(slider.value)
        for slider in sliders
        if slider.name != "budget" and slider.moved
    }
    money = next((Fraction(one.value) * THOUSAND for one in sliders if one.name == "budget" and one.moved), None)
    then = compute(varied(facts, fte=fte, budget=money))
    return WhatIf(sliders, [Outcome(*pair) for pair in zip(compute(facts), then, strict=True)])


def _sliders(facts: Facts, asked: Mapping[str, str]) -> list[Slider]:
    needed = {role for promise in facts.promises for role, _ in promise.hours}
    found = [
        _slider(f"fte-{role}", f"{name}s", "FTE", _exact(fte_of(facts, role)), Decimal("0.1"), asked)
        for role, name in facts.roles.items()
        if role in needed and (facts.knows(role) or not facts.workers)
    ]
    year = _exact(sum(facts.budgets.values(), Fraction(0)) / THOUSAND)
    if year:
        found.append(_slider("budget", "Budget a year", "k", year, Decimal(5 if year >= 500 else 1), asked))
    return found


def _slider(name: str, label: str, unit: str, now: Decimal, step: Decimal, asked: Mapping[str, str]) -> Slider:
    now = (now / step).to_integral_value() * step
    top = now * 2 if name == "budget" else max(now * 2, now + 2)
    value = min(max(_number(asked.get(name, ""), now), Decimal(0)), max(top, MOST_FTE if name != "budget" else top))
    return Slider(name, label, unit, now, value, max(top, value), f"{step}")


def _number(text: str, otherwise: Decimal) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return otherwise
    return value if value.is_finite() else otherwise


def _exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def _said(slider: Slider) -> str:
    amount = abs(slider.moved)
    if slider.name == "budget":
        return f"{display.money_short(amount * THOUSAND)} a year {'more' if slider.moved > 0 else 'less'}"
    words = slider.label.lower() if amount != 1 else slider.label.lower().removesuffix("s")
    return f"{display.number(amount.normalize())} {words} {'more' if slider.moved > 0 else 'fewer'}"

"""The small drawings: bars, rings, squares, intervals; SVG whose widths are attributes and whose inks are classes.

A tier is any object with `name`, `short_name`, `order` (1 = top) and `colour` (1–5); None means off list.
"""

from typing import Any, Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from abxsite.lib import display
from abxsite.lib.display import Given, Number, known

BELOW_ALL = 1_000_000
SEATS_SHOWN = 20
METER_CAP = 206.4  # the cap stands at 86 % of the meter's width of 240, so that overflow compares
METER_WIDTH = 240.0
TOO_FEW = SafeString('<span class="ax-few">too few to tell</span>')


class TierLike(Protocol):
    name: str
    short_name: str
    order: int
    colour: int


MaybeTier = TierLike | None | str


def held(value: MaybeTier) -> TierLike | None:
    """Templates hand over an empty string for what is missing; that too is off list."""
    return value if value and not isinstance(value, str) else None


def tier_class(value: MaybeTier) -> str:
    """`t1` … `t5` by the tier's colour, `t0` off list."""
    found = held(value)
    return f"t{found.colour}" if found else "t0"


def _rank(value: MaybeTier) -> int:
    found = held(value)
    return found.order if found else BELOW_ALL


def direction(from_tier: MaybeTier, to_tier: MaybeTier) -> str:
    """`up` or `down` by the order of tiers (off list is below all); empty when both are the same."""
    before, after = _rank(from_tier), _rank(to_tier)
    return "up" if after < before else "down" if after > before else ""


def _n(value: float) -> str:
    return f"{value:.1f}"


def _bar(width: int, known: float, hatched: float) -> SafeString:
    parts = [format_html('<rect width="{}" height="6" rx="3" class="ax-f-track"/>', width)]
    if known:
        parts.append(format_html('<rect width="{}" height="6" rx="2" class="ax-f-bar"/>', _n(known)))
    if hatched:
        gap = 1 if known else 0
        parts.append(
            format_html(
                '<rect x="{}" width="{}" height="6" class="ax-f-hatch"/>', _n(known + gap), _n(max(hatched - gap, 1))
            )
        )
    return format_html(
        '<svg class="ax-svg" width="{}" height="6" aria-hidden="true">{}</svg>', width, SafeString("".join(parts))
    )


def bar(value: Given, of: Number = 5000, typical: bool = False, width: int = 80) -> SafeString:
    """A value on a track, hatched when `typical` points stand in: `{% bar points typical=True %}`."""
    filled = width * min(1.0, max(0.0, float(known(value) or 0) / float(of or 1)))
    return _bar(width, 0 if typical else filled, filled if typical else 0)


def score_bar(total: Given, typical: Given = None, width: int = 40) -> SafeString:
    """The bar of a total (0–500,000); `typical` is the part of it that typical points make up."""
    per_unit = width / display.TOTAL_MAX
    hatched = float(known(typical) or 0) * per_unit
    return _bar(width, max(float(known(total) or 0) * per_unit - hatched, 0), hatched)


def coverage(pct: Given, minimum: Given = None, say: bool = False) -> SafeString:
    """Share of weight that is known (0–100) as a ring; marked below `minimum`; `say` adds the words."""
    share, needed = known(pct), known(minimum)
    if share is None:
        return SafeString(display.MISSING)
    low = needed is not None and share < needed
    words = f" known, needs {display.number(needed)}" if say and low else " known" if say else ""
    return format_html(
        '<span class="ax-cov{}"><svg viewBox="0 0 12 12" aria-hidden="true">'
        '<circle cx="6" cy="6" r="4.5" class="ax-s-line"/><circle cx="6" cy="6" r="4.5" pathLength="100" '
        'stroke-dasharray="{} 100" transform="rotate(-90 6 6)" class="ax-s-bar"/></svg>{}{}</span>',
        " ax-cov-low" if low else "",
        f"{float(share):.0f}",
        display.percents(int(share)),
        words,
    )


def axes(fit: Given, signals: Given, relationship: Given, of: Number = 100) -> SafeString:
    """Three small bars; None is hatched (unknown), zero is an empty track. `of` is the top of the scale."""
    values = [known(value) for value in (fit, signals, relationship)]
    rows = format_html_join("", "{}", ((_axis(index * 6.5, value, of),) for index, value in enumerate(values)))
    said = ", ".join(
        f"{name} {'not known' if value is None else f'{float(value) * 100 / float(of):.0f}'}"
        for name, value in zip(("Fit", "signals", "relationship"), values, strict=True)
    )
    return format_html(
        '<svg class="ax-svg" width="44" height="17" role="img" aria-label="{}, of 100">{}</svg>', said, rows
    )


def _axis(top: float, value: Number | None, of: Number) -> SafeString:
    if value is None:
        return format_html('<rect y="{}" width="44" height="4" rx="2" class="ax-f-hatch"/>', _n(top))
    width = 44 * min(1.0, max(0.0, float(value) / float(of)))
    filled = (
        format_html('<rect y="{}" width="{}" height="4" rx="2" class="ax-f-bar"/>', _n(top), _n(width)) if width else ""
    )
    return format_html('<rect y="{}" width="44" height="4" rx="2" class="ax-f-track"/>{}', _n(top), filled)


def seats(
    cap: int | str | None,
    used: int,
    pending_out: int = 0,
    pending_in: int = 0,
    tier: MaybeTier = None,
    small: bool = False,
) -> SafeString:
    """Up to 20 seats as squares; above that the meter. `used` counts all who sit now, leaving ones included."""
    wanted = used + pending_in
    if cap is None or isinstance(cap, str):
        return format_html('<b class="ax-b">{}</b>', display.number(used))
    if cap > SEATS_SHOWN or wanted > 2 * SEATS_SHOWN:
        return meter(wanted, cap, tier)
    seated = min(used, cap)
    leaving = min(pending_out, seated)
    coming = min(pending_in, cap - seated)
    kinds = [""] * (seated - leaving) + ["is-out"] * leaving + ["is-in"] * coming
    kinds += ["is-free"] * (cap - seated - coming) + ["is-cap"] + ["is-over"] * max(wanted - cap, 0)
    return format_html(
        '<div class="ax-seats{} ax-{}" role="img" aria-label="{}">{}</div>',
        " ax-seats-sm" if small else "",
        tier_class(tier),
        f"{display.number(wanted)} wanted, {display.number(cap)} seats",
        format_html_join("", "{}", ((_seat(kind),) for kind in kinds)),
    )


def _seat(kind: str) -> SafeString:
    return format_html('<i class="{}"></i>', kind) if kind else SafeString("<i></i>")


def meter(used: int, cap: int | str | None, tier: MaybeTier = None) -> SafeString:
    """`58 of 80`: the cap always at the same place, what is over it hatched."""
    if not cap or isinstance(cap, str):
        return format_html('<b class="ax-b">{}</b>', display.number(used))
    filled = METER_CAP * min(used, cap) / cap
    over = min(METER_CAP * max(used - cap, 0) / cap, METER_WIDTH - METER_CAP - 2)
    hatched = format_html('<rect x="208.4" y="3" width="{}" height="8" class="ax-f-hatcha"/>', _n(over)) if over else ""
    return format_html(
        '<svg class="ax-fluid ax-meter" viewBox="0 0 240 14" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect y="3" width="206.4" height="8" class="ax-f-track"/><rect y="3" width="{}" height="8" class="ax-f-{}"/>{}'
        '<rect x="205.4" width="2" height="14" class="ax-f-ink"/></svg>',
        f"{display.number(used)} of {display.number(cap)}",
        _n(filled),
        tier_class(tier),
        hatched,
    )


def interval(low: Given, high: Given, rate: Given, tier: Any = None, top: float = 0.7) -> SafeString:
    """A 95 % interval as line, end ticks and dot on a scale from 0 to `top`; `tier="bar"` draws it in plain ink."""
    bounds = [float(value) for value in (known(low), known(high), known(rate)) if value is not None]
    if len(bounds) < 3:
        return TOO_FEW
    left, right, dot = (4 + 124 * min(value / float(top), 1.0) for value in bounds)
    ink = "bar" if tier == "bar" else tier_class(tier)
    return format_html(
        '<svg class="ax-svg" width="132" height="14" role="img" aria-label="{said}">'
        '<line x1="4" x2="128" y1="7" y2="7" class="ax-s-line" stroke-width="1" stroke-dasharray="1 3"/>'
        '<line x1="{left}" x2="{right}" y1="7" y2="7" class="ax-s-{ink}" stroke-width="2"/>'
        '<line x1="{left}" x2="{left}" y1="4" y2="10" class="ax-s-{ink}" stroke-width="1.5"/>'
        '<line x1="{right}" x2="{right}" y1="4" y2="10" class="ax-s-{ink}" stroke-width="1.5"/>'
        '<circle cx="{dot}" cy="7" r="4" class="ax-f-{ink}"/></svg>',
        said=f"95 % between {display.percent(bounds[0])} and {display.percent(bounds[1])}",
        left=_n(left),
        right=_n(right),
        dot=_n(dot),
        ink=ink,
    )


def progress(done: Given, total: Given, label: str = "") -> SafeString:
    """A thin bar of work done."""
    part = 100 * min(float(known(done) or 0) / float(total), 1.0) if total else 0.0
    return format_html(
        '<svg class="ax-fluid ax-progress" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="100" height="6" class="ax-f-track"/><rect width="{}" height="6" class="ax-f-accent"/></svg>',
        label or f"{part:.0f} percent",
        _n(part),
    )

"""The look in tags: `{% load abx %}`. Words come from `abxsite.lib.display`; here they get their markup.

A tier is any object with `name`, `short_name`, `order` (1 = top) and `colour` (1–5); None means off list.
"""

from datetime import date, datetime
from typing import Any, Protocol

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from abxsite.lib import clock, display
from abxsite.lib.display import Number

register = template.Library()

OFF_LIST = "Off list"
BELOW_ALL = 1_000_000
SEATS_SHOWN = 20
METER_CAP = 206.4  # the cap stands at 86 % of the meter's width of 240, so that overflow compares
METER_WIDTH = 240.0


class TierLike(Protocol):
    name: str
    short_name: str
    order: int
    colour: int


MaybeTier = TierLike | None | str


def _tier(value: MaybeTier) -> TierLike | None:
    """Templates hand over an empty string for what is missing; that too is off list."""
    return value if value and not isinstance(value, str) else None


def tier_name(value: MaybeTier, short: bool = False) -> str:
    held = _tier(value)
    if held is None:
        return OFF_LIST
    return (held.short_name or held.name) if short else held.name


def tier_class(value: MaybeTier) -> str:
    """`t1` … `t5` by the tier's colour, `t0` off list."""
    held = _tier(value)
    return f"t{held.colour}" if held else "t0"


def _rank(value: MaybeTier) -> int:
    held = _tier(value)
    return held.order if held else BELOW_ALL


def direction(from_tier: MaybeTier, to_tier: MaybeTier) -> str:
    """`up` or `down` by the order of tiers (off list is below all); empty when both are the same."""
    before, after = _rank(from_tier), _rank(to_tier)
    return "up" if after < before else "down" if after > before else ""


def _n(value: float) -> str:
    return f"{value:.1f}"


# Icons, tiers, moves


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "upload" %}`; with `label` it is read aloud, else it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    extra = f" {css}" if css else ""
    return format_html(
        '<svg class="ax-i{}" viewBox="0 0 24 24" {}><use href="#i-{}"/></svg>', extra, spoken, name
    )


@register.simple_tag
def tier_mark(value: MaybeTier) -> SafeString:
    """The one to four bars of a tier, coloured."""
    held = _tier(value)
    return format_html(
        '<svg class="ax-mark ax-{}" viewBox="0 0 15 12" aria-hidden="true"><use href="#m-{}"/></svg>',
        tier_class(value),
        min(held.order, 4) if held else 0,
    )


@register.simple_tag
def tier(value: MaybeTier, short: bool = False) -> SafeString:
    """Mark and name: `{% tier account.tier %}`."""
    return format_html('<span class="ax-tier">{}{}</span>', tier_mark(value), tier_name(value, short))


@register.simple_tag
def tier_chip(value: MaybeTier, new: bool = False, large: bool = False) -> SafeString:
    """The tier in a pill; `new` marks where an account would go."""
    css = (f" ax-chip-new ax-{tier_class(value)}" if new else "") + (" ax-chip-lg" if large else "")
    return format_html('<span class="ax-chip{}">{}<span>{}</span></span>', css, tier_mark(value), tier_name(value))


@register.simple_tag
def arrow(from_tier: MaybeTier, to_tier: MaybeTier, large: bool = False) -> SafeString:
    """Up or down, alike but for the arrow; nothing when the tier stays."""
    way = direction(from_tier, to_tier)
    if not way:
        return mark_safe("")
    return format_html(
        '<svg class="ax-arrow{0}" viewBox="0 0 16 16" role="img" aria-label="{1}"><use href="#a-{1}"/></svg>',
        " ax-arrow-lg" if large else "",
        way,
    )


@register.simple_tag
def move(from_tier: MaybeTier, to_tier: MaybeTier, short: bool = False) -> SafeString:
    """`One-to-Few ↗ One-to-One` in one line."""
    return format_html(
        '<span class="ax-move">{}{}{}</span>', tier(from_tier, short), arrow(from_tier, to_tier), tier(to_tier, short)
    )


@register.simple_tag
def move_chips(from_tier: MaybeTier, to_tier: MaybeTier, large: bool = True) -> SafeString:
    """From and to as pills, for the head of a card."""
    return format_html(
        '<div class="ax-fromto">{}{}{}</div>',
        tier_chip(from_tier, large=large),
        arrow(from_tier, to_tier, large),
        tier_chip(to_tier, new=True, large=large),
    )


@register.simple_tag
def proposed(from_tier: MaybeTier, to_tier: MaybeTier, short: bool = False) -> SafeString:
    """Where a pending move would take it: dashed pill, plain below the tier in a list (`ax-tp`)."""
    return format_html(
        '<span class="ax-prop">{}{}{}</span>',
        arrow(from_tier, to_tier),
        tier_mark(to_tier),
        tier_name(to_tier, short),
    )


# Score, coverage, axes


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
    return format_html('<svg class="ax-svg" width="{}" height="6" aria-hidden="true">{}</svg>', width, mark_safe("".join(parts)))


@register.simple_tag
def bar(value: Number | None, of: Number = 5000, typical: bool = False, width: int = 80) -> SafeString:
    """A value on a track, hatched when `typical` points stand in: `{% bar points typical=True %}`."""
    filled = width * min(1.0, max(0.0, float(value or 0) / float(of or 1)))
    return _bar(width, 0 if typical else filled, filled if typical else 0)


@register.simple_tag
def score_bar(total: int | None, typical: int | None = None, width: int = 40) -> SafeString:
    """The bar of a total (0–500,000); `typical` is the part of it that typical points make up."""
    per_unit = width / display.TOTAL_MAX
    hatched = (typical or 0) * per_unit
    return _bar(width, max((total or 0) * per_unit - hatched, 0), hatched)


@register.simple_tag
def score(total: int | None, typical: int | None = None, width: int = 40, bare: bool = False) -> SafeString:
    """Bar and figure of a total; `{% score total typical=… %}`. `bare` leaves the bar out."""
    if total is None or isinstance(total, str):
        return mark_safe('<span class="ax-few">not scored yet</span>')
    drawn = "" if bare else format_html('<span class="ax-hide-sm">{}</span>', score_bar(total, typical, width))
    return format_html('<span class="ax-score">{}<b>{}</b></span>', drawn, display.score(total))


@register.simple_tag
def coverage(pct: Number | None, minimum: Number | None = None, say: bool = False) -> SafeString:
    """Share of weight that is known (0–100) as a ring; marked below `minimum`; `say` adds the words."""
    if pct is None or isinstance(pct, str):
        return mark_safe(display.MISSING)
    low = minimum is not None and not isinstance(minimum, str) and pct < minimum
    words = f" known, needs {display.number(minimum)}" if say and low else " known" if say else ""
    return format_html(
        '<span class="ax-cov{}"><svg viewBox="0 0 12 12" aria-hidden="true">'
        '<circle cx="6" cy="6" r="4.5" class="ax-s-line"/><circle cx="6" cy="6" r="4.5" pathLength="100" '
        'stroke-dasharray="{} 100" transform="rotate(-90 6 6)" class="ax-s-bar"/></svg>{}{}</span>',
        " ax-cov-low" if low else "",
        f"{float(pct):.0f}",
        display.percents(int(pct)),
        words,
    )


@register.simple_tag
def axes(fit: Number | None, signals: Number | None, relationship: Number | None, of: Number = 100) -> SafeString:
    """Three small bars; None is hatched (unknown), zero is an empty track. `of` is the top of the scale."""
    values = [None if isinstance(v, str) else v for v in (fit, signals, relationship)]
    rows = format_html_join("", "{}", ((_axis(index * 6.5, value, of),) for index, value in enumerate(values)))
    said = ", ".join(
        f"{name} {'not known' if value is None else f'{float(value) * 100 / float(of):.0f}'}"
        for name, value in zip(("Fit", "signals", "relationship"), values, strict=True)
    )
    return format_html('<svg class="ax-svg" width="44" height="17" role="img" aria-label="{}, of 100">{}</svg>', said, rows)


def _axis(top: float, value: Number | None, of: Number) -> SafeString:
    if value is None:
        return format_html('<rect y="{}" width="44" height="4" rx="2" class="ax-f-hatch"/>', _n(top))
    width = 44 * min(1.0, max(0.0, float(value) / float(of)))
    filled = format_html('<rect y="{}" width="{}" height="4" rx="2" class="ax-f-bar"/>', _n(top), _n(width)) if width else ""
    return format_html('<rect y="{}" width="44" height="4" rx="2" class="ax-f-track"/>{}', _n(top), filled)


# Seats, meters, intervals


@register.simple_tag
def seats(
    cap: int | None, used: int, pending_out: int = 0, pending_in: int = 0, tier: MaybeTier = None, small: bool = False
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
    return format_html('<i class="{}"></i>', kind) if kind else mark_safe("<i></i>")


@register.simple_tag
def meter(used: int, cap: int | None, tier: MaybeTier = None) -> SafeString:
    """`58 of 80`: the cap always at the same place, what is over it hatched."""
    if not cap or isinstance(cap, str):
        return format_html('<b class="ax-b">{}</b>', display.number(used))
    filled = METER_CAP * min(used, cap) / cap
    over = min(METER_CAP * max(used - cap, 0) / cap, METER_WIDTH - METER_CAP - 2)
    hatched = format_html('<rect x="208.4" y="3" width="{}" height="8" class="ax-f-hatcha"/>', _n(over)) if over else ""
    return format_html(
        '<svg class="ax-fluid ax-meter" viewBox="0 0 240 14" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect y="3" width="206.4" height="8" class="ax-f-track"/>'
        '<rect y="3" width="{}" height="8" class="ax-f-{}"/>{}<rect x="205.4" width="2" height="14" class="ax-f-ink"/></svg>',
        f"{display.number(used)} of {display.number(cap)}",
        _n(filled),
        tier_class(tier),
        hatched,
    )


@register.simple_tag
def interval(low: Number | None, high: Number | None, rate: Number | None, tier: Any = None, top: float = 0.7) -> SafeString:
    """A 95 % interval as line, end ticks and dot on a scale from 0 to `top`; `tier="bar"` draws it in plain ink."""
    if low is None or high is None or rate is None or isinstance(rate, str):
        return mark_safe('<span class="ax-few">too few to tell</span>')
    left, right, dot = (4 + 124 * min(float(value) / float(top), 1.0) for value in (low, high, rate))
    ink = "bar" if tier == "bar" else tier_class(tier)
    return format_html(
        '<svg class="ax-svg" width="132" height="14" role="img" aria-label="{said}">'
        '<line x1="4" x2="128" y1="7" y2="7" class="ax-s-line" stroke-width="1" stroke-dasharray="1 3"/>'
        '<line x1="{left}" x2="{right}" y1="7" y2="7" class="ax-s-{ink}" stroke-width="2"/>'
        '<line x1="{left}" x2="{left}" y1="4" y2="10" class="ax-s-{ink}" stroke-width="1.5"/>'
        '<line x1="{right}" x2="{right}" y1="4" y2="10" class="ax-s-{ink}" stroke-width="1.5"/>'
        '<circle cx="{dot}" cy="7" r="4" class="ax-f-{ink}"/></svg>',
        said=f"95 % between {display.percent(low)} and {display.percent(high)}",
        left=_n(left),
        right=_n(right),
        dot=_n(dot),
        ink=ink,
    )


@register.simple_tag
def progress(done: Number | None, total: Number | None, label: str = "") -> SafeString:
    """A thin bar of work done."""
    part = 100 * min(float(done or 0) / float(total), 1.0) if total else 0.0
    return format_html(
        '<svg class="ax-fluid ax-progress" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="100" height="6" class="ax-f-track"/><rect width="{}" height="6" class="ax-f-accent"/></svg>',
        label or f"{part:.0f} percent",
        _n(part),
    )


# People, money, numbers, time


@register.simple_tag
def avatar(person: Any, large: bool = False, waiting: bool = False) -> SafeString:
    """Initials in a circle; always beside the name, so it is not read aloud."""
    css = (" ax-avatar-lg" if large else "") + (" ax-wait" if waiting else "")
    name = getattr(person, "name", None) or str(person or "")
    return format_html('<span class="ax-avatar{}" aria-hidden="true">{}</span>', css, display.initials(name))


@register.simple_tag
def person(value: Any, first: bool = False) -> SafeString:
    """Avatar and name; `first` shows the first name with the whole one on hover."""
    if not value:
        return mark_safe(f'<span class="ax-3">{display.MISSING}</span>')
    name = getattr(value, "name", None) or str(value)
    shown = format_html('<span title="{}">{}</span>', name, name.split()[0]) if first else name
    return format_html('<span class="ax-row">{}{}</span>', avatar(value), shown)


@register.simple_tag
def money(value: Number | None, estimated: bool = False, currency: str = "$") -> SafeString:
    """Short with the exact amount on hover; `estimated` puts `~` before it."""
    if value is None or isinstance(value, str):
        return mark_safe(f'<span class="ax-3">{display.MISSING}</span>')
    exact = display.money(value, currency) + (", an estimate" if estimated else "")
    return format_html(
        '<data value="{}" title="{}">{}{}</data>', value, exact, "~" if estimated else "", display.money_short(value, currency)
    )


def _filter(name: str, function: Any) -> None:
    """A filter that shows a dash for what a template does not have."""
    register.filter(name, lambda value, *rest: display.MISSING if value in (None, "") else function(value, *rest))


_filter("money_short", display.money_short)
_filter("money_exact", display.money)
_filter("number", display.number)
_filter("signed", display.signed)
_filter("percent", display.percent)
_filter("percents", display.percents)
_filter("days", display.days)
_filter("score_text", display.score)
_filter("score_delta", display.score_delta)
_filter("points", display.points)
_filter("time_left", display.time_left)


def _time(value: date | None | str, words: Any) -> SafeString:
    if value is None or isinstance(value, str):
        return mark_safe(display.MISSING)
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    day = local.date() if isinstance(local, datetime) else local
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), display.exact(local), words(day, clock.today())
    )


@register.filter
def when(value: date | None) -> SafeString:
    """`today`, `yesterday`, `6 d`, `2 mo`; the exact moment on hover. For columns."""
    return _time(value, display.age)


@register.filter
def ago(value: date | None) -> SafeString:
    """`6 days ago`, `in 5 days`. For sentences."""
    return _time(value, display.ago)


@register.filter
def day(value: date | None) -> SafeString:
    """`9 Nov`, `9 Nov 2025`."""
    return _time(value, display.short_day)


@register.filter
def due(value: date | None) -> SafeString:
    """`Tue`, `26 Nov`, `9 d late`."""
    return _time(value, display.due)


@register.filter
def moment(value: date | None) -> SafeString:
    """`12 November 2026, 16:20`, in full."""
    return _time(value, lambda day, today: display.exact(day)) if not isinstance(value, datetime) else _full(value)


def _full(value: datetime) -> SafeString:
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), display.exact(local))


@register.filter
def tier_label(value: MaybeTier) -> str:
    """The name alone, `Off list` for none; for options and sentences."""
    return tier_name(value)

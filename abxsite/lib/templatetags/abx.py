"""The look in tags: `{% load abx %}`. Words come from `abxsite.lib.display`, drawings from `abxsite.lib.drawing`."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from abxsite.lib import clock, display, drawing
from abxsite.lib.display import Given, known
from abxsite.lib.drawing import MaybeTier, direction, held, tier_class

register = template.Library()

OFF_LIST = "Off list"
GO_LETTERS = {
    "work": "w",
    "accounts": "a",
    "clusters": "l",
    "scorecard": "s",
    "capacity": "c",
    "reviews": "r",
    "insights": "i",
    "settings": "t",
}

for _drawn in (
    drawing.bar,
    drawing.score_bar,
    drawing.coverage,
    drawing.axes,
    drawing.seats,
    drawing.meter,
    drawing.interval,
    drawing.progress,
):
    register.simple_tag(_drawn)


def tier_name(value: MaybeTier, short: bool = False) -> str:
    found = held(value)
    if found is None:
        return OFF_LIST
    return (found.short_name or found.name) if short else found.name


# Icons, tiers, moves


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "upload" %}`; with `label` it is read aloud, else it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    extra = f" {css}" if css else ""
    return format_html('<svg class="ax-i{}" viewBox="0 0 24 24" {}><use href="#i-{}"/></svg>', extra, spoken, name)


@register.simple_tag
def tier_mark(value: MaybeTier) -> SafeString:
    """The one to four bars of a tier, coloured."""
    found = held(value)
    return format_html(
        '<svg class="ax-mark ax-{}" viewBox="0 0 15 12" aria-hidden="true"><use href="#m-{}"/></svg>',
        tier_class(value),
        min(found.order, 4) if found else 0,
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
        return SafeString("")
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


@register.simple_tag
def score(total: int | str | None, typical: Given = None, width: int = 40, bare: bool = False) -> SafeString:
    """Bar and figure of a total; `{% score total typical=… %}`. `bare` leaves the bar out."""
    if total is None or isinstance(total, str):
        return SafeString('<span class="ax-few">not scored yet</span>')
    drawn = "" if bare else format_html('<span class="ax-hide-sm">{}</span>', drawing.score_bar(total, typical, width))
    return format_html('<span class="ax-score">{}<b>{}</b></span>', drawn, display.score(total))


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
        return SafeString(f'<span class="ax-3">{display.MISSING}</span>')
    name = getattr(value, "name", None) or str(value)
    shown = format_html('<span title="{}">{}</span>', name, name.split()[0]) if first else name
    return format_html('<span class="ax-row">{}{}</span>', avatar(value), shown)


@register.simple_tag
def money(value: Given, estimated: bool = False, currency: str | None = None) -> SafeString:
    """Short with the exact amount on hover; `estimated` puts `~` before it."""
    amount = known(value)
    if amount is None:
        return SafeString(f'<span class="ax-3">{display.MISSING}</span>')
    exact = display.money(amount, currency) + (", an estimate" if estimated else "")
    return format_html(
        '<data value="{}" title="{}">{}{}</data>',
        amount,
        exact,
        "~" if estimated else "",
        display.money_short(amount, currency),
    )


def _filter(name: str, function: Callable[..., str]) -> None:
    """A filter that shows a dash for what a template does not have."""

    @wraps(function)
    def dashed(value: Any, *rest: Any) -> str:
        return display.MISSING if value in (None, "") else function(value, *rest)

    register.filter(name, dashed)


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


def _local(value: date) -> date:
    """An aware moment in the workspace's zone; a day as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _day(value: date) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


def _time(value: date | str | None, words: Callable[[date, date], str], css: str = "") -> SafeString:
    if value is None or isinstance(value, str):
        return SafeString(display.MISSING)
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        _local(value).isoformat(),
        display.exact(_local(value)),
        format_html(' class="{}"', css) if css else "",
        words(_day(value), clock.today()),
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
    """`Tue`, `26 Nov`; `9 d late` in the colour of what needs a person."""
    late = isinstance(value, date) and _day(value) < clock.today()
    return _time(value, display.due, "ax-attn" if late else "")


@register.filter
def moment(value: date | str | None) -> SafeString:
    """`12 November 2026, 16:20`, in full."""
    if value is None or isinstance(value, str):
        return SafeString(display.MISSING)
    local = _local(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), display.exact(local))


@register.filter
def tier_label(value: MaybeTier) -> str:
    """The name alone, `Off list` for none; for options and sentences."""
    return tier_name(value)


@register.filter
def go_letter(key: str) -> str:
    """The letter after `g` that goes to a part of the navigation."""
    return GO_LETTERS.get(key, "")


@register.filter
def control(field: Any) -> SafeString:
    """The widget of a bound field with our classes, and with `aria-invalid` and the error's id where it was refused."""
    kind = field.widget_type
    css = {"select": "form-select", "selectmultiple": "form-select", "checkbox": "form-check-input ax-check"}.get(
        kind, "form-control"
    )
    given = field.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {"class": " ".join(filter(None, (given, css, "ax-input-bad" if field.errors else "")))}
    if str(field.label).lower() in str(field.field.widget.attrs.get("placeholder", "")).lower():
        attrs["placeholder"] = False  # it would only repeat the label
    if kind == "textarea" and "rows" not in field.field.widget.attrs:
        attrs["rows"] = "3"
    return field.as_widget(attrs=attrs)  # type: ignore[no-any-return]

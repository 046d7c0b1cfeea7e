"""Drawings of the review card: `{% load review %}`. Widths in SVG attributes, because styles are dropped (CSP)."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from abxsite.lib.display import score
from abxsite.lib.drawing import tier_class
from reviews.cards import Card, Change
from tiering.choices import OFF_LIST_NAME
from tiering.models import Tier

register = template.Library()
ROW_NAME = 12
LEAST_SPAN = 20_000  # four points, so that a small change does not look like a large one


@register.simple_tag
def change_line(card: Card) -> SafeString:
    """Score then and now on a line of its own, with what a seat takes; one drawing for wide, one for narrow."""
    if card.total is None:
        return SafeString("")
    return format_html("{}{}", _line(card, 500, "ax-fluid ax-hide-sm"), _line(card, 358, "ax-fluid ax-only-sm"))


def _line(card: Card, width: int, css: str) -> SafeString:
    total = card.total or 0
    marks = [value for value in (card.before, card.needed, total) if value is not None]
    low, high = min(marks), max(marks)
    pad = max((high - low) * 3 // 4, LEAST_SPAN)

    def x(value: int) -> str:
        return f"{4 + (width - 8) * (value - low + pad) / (high - low + 2 * pad):.1f}"

    before_left = card.before is None or card.before <= total
    return format_html(
        '<svg class="{css}" viewBox="0 0 {width} 52" role="img" aria-label="{said}">'
        '<line x1="4" x2="{end}" y1="24" y2="24" class="ax-s-line" stroke-width="1"/>{needed}{then}'
        '<circle cx="{now}" cy="24" r="6" class="ax-f-bar"/>'
        '<text x="{now_text}" y="48" text-anchor="{anchor}" class="ax-t-ink">{total} now</text></svg>',
        css=css,
        width=width,
        said=_said(card),
        end=width - 4,
        needed=_needed(card, x),
        then=_then(card, x, before_left),
        now=x(total),
        now_text=x(total),
        anchor="middle" if card.before is None else "start" if before_left else "end",
        total=score(total),
    )


def _needed(card: Card, x: Any) -> SafeString:
    if card.needed is None:
        return SafeString("")
    return format_html(
        '<line x1="{0}" x2="{0}" y1="15" y2="33" class="ax-s-{1}" stroke-width="2.5"/>'
        '<text x="{0}" y="10" text-anchor="middle" class="ax-t-lab">{2} needed</text>',
        x(card.needed),
        tier_class(card.target),
        score(card.needed),
    )


def _then(card: Card, x: Any, before_left: bool) -> SafeString:
    if card.before is None:
        return SafeString("")
    return format_html(
        '<line x1="{0}" x2="{1}" y1="24" y2="24" class="ax-s-bar" stroke-width="4"/>'
        '<circle cx="{0}" cy="24" r="4.5" class="ax-f-page ax-s-bar2" stroke-width="2"/>'
        '<text x="{0}" y="48" text-anchor="{2}" class="ax-t-lab">{3} {4}</text>',
        x(card.before),
        x(card.total),
        "end" if before_left else "start",
        score(card.before),
        _month(card.before_on) or "before",
    )


def _said(card: Card) -> str:
    now = score(card.total)
    words = f"{now} now" if card.before is None else f"From {score(card.before)} to {now}"
    return f"{words}; {score(card.needed)} is needed" if card.needed is not None else words


def _month(day: date | None) -> str:
    return f"{day:%B}" if day else ""


@register.simple_tag
def change_small(change: Change) -> SafeString:
    """A criterion's contribution then and now on the track of what it could give."""
    most = change.most or 1

    def x(value: int) -> str:
        return f"{6 + 108 * min(max(value, 0), most) / most:.1f}"

    then = SafeString("")
    if change.then is not None and change.then != change.now:
        then = format_html(
            '<line x1="{0}" x2="{1}" y1="7" y2="7" class="ax-s-bar" stroke-width="3"/>'
            '<circle cx="{0}" cy="7" r="3.5" class="ax-f-page ax-s-bar2" stroke-width="2"/>',
            x(change.then),
            x(change.now),
        )
    said = f"{score(change.now)} of {score(most)}"
    if change.then is not None:
        said = f"from {score(change.then)} to {said}"
    return format_html(
        '<svg class="ax-fluid" viewBox="0 0 120 14" role="img" aria-label="{}">'
        '<line x1="6" x2="114" y1="7" y2="7" class="ax-s-line" stroke-width="1"/>{}'
        '<circle cx="{}" cy="7" r="4.5" class="ax-f-bar"/></svg>',
        said,
        then,
        x(change.now),
    )


@register.filter
def row_name(tier: Tier | None) -> str:
    """The tier's name where it fits into a row of the queue, else its short name."""
    if tier is None:
        return OFF_LIST_NAME
    return tier.name if len(tier.name) <= ROW_NAME else tier.short_name or tier.name


@register.filter
def quoted(sentence: str) -> str:
    """A person's sentence in quotation marks."""
    return f"“{sentence}”" if sentence else ""

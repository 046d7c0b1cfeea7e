"""The drawings of the cluster pages: how full a cluster is, and how alike an account is to it."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.clusters.fit import OUTLIER_BELOW
from accounts.clusters.reading import size_words
from accounts.services.clusters import LARGEST, SMALLEST

register = template.Library()
OVER_SHOWN = 3


@register.simple_tag
def size_meter(size: int, target: int) -> SafeString:
    """Fifteen places: taken, free, and a line behind the target; those over fifteen stand out."""
    kinds = ["" if place < size else "is-free" for place in range(LARGEST)]
    kinds.insert(max(SMALLEST, min(target, LARGEST)), "is-cap")
    kinds += ["is-over"] * min(OVER_SHOWN, max(0, size - LARGEST))
    squares = format_html_join("", '<i class="{}"></i>', ((kind,) for kind in kinds))
    words = f"{size} of a target of {target}, {SMALLEST} to {LARGEST} work: {size_words(size, target)}"
    return format_html('<span class="ax-seats ax-seats-sm ax-seats-ink" role="img" aria-label="{}">{}</span>',
                       words, squares)  # fmt: skip


@register.simple_tag
def fit_bar(value: int | None, width: int = 56) -> SafeString:
    """0–100 as a bar with the figure; the fit of an outlier is in the colour of what needs a person."""
    if value is None:
        return SafeString('<span class="ax-few">nothing to compare</span>')
    ink = "ax-f-attn" if value < OUTLIER_BELOW else "ax-f-bar"
    filled = format_html('<rect width="{}" height="6" rx="2" class="{}"/>', f"{width * value / 100:.1f}", ink)
    return format_html(
        '<span class="ax-score"><span class="ax-hide-sm"><svg class="ax-svg" width="{0}" height="6" aria-hidden="true">'
        '<rect width="{0}" height="6" rx="3" class="ax-f-track"/>{1}</svg></span><b>{2}</b></span>',
        width, filled if value else "", value,
    )  # fmt: skip

"""Two drawings of the account page: the sum as one bar against the tiers' minimum scores, and the way it took."""

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from abxsite.lib import display
from abxsite.lib.drawing import tier_class
from tiering.models import Tier

GAP = 1.5
LETTER = 6.2  # about the width of one letter of a label
LEFT, TOP, BOTTOM = 28.0, 14.0, 74.0
FULL = display.TOTAL_MAX
LABELS = ("name", "short_name", "")  # how a tick may be called, briefer and briefer

Part = tuple[int, bool]
Band = tuple[date, date | None, Tier | None]


def sum_bar(
    parts: Sequence[Part], total: int, marks: Sequence[tuple[Tier, int]], beat: int | None, *, width: int,
    short: bool = False,
) -> SafeString:  # fmt: skip
    """`parts` are contributions with whether they are known; `marks` the tiers' minimum scores, from the top."""
    scale = width / FULL
    drawn = [format_html('<rect y="18" width="{}" height="10" rx="3" class="ax-f-track"/>', width)]
    left = 0.0
    for contribution, is_known in sorted(parts, key=lambda part: not part[1]):
        wide = contribution * scale
        if wide > GAP:
            ink = "bar" if is_known else "hatch"
            drawn.append(
                format_html(
                    '<rect x="{}" y="18" width="{}" height="10" class="ax-f-{}"/>', _n(left), _n(wide - GAP), ink
                )
            )
        left += wide
    drawn += _marks(marks, scale, width, short=short)
    if beat:
        at = min(beat * scale, width)
        drawn.append(
            format_html(
                '<line x1="{0}" x2="{0}" y1="13" y2="33" class="ax-s-ink" stroke-width="1.5" stroke-dasharray="2 2"/>'
                '<text x="{1}" y="9" text-anchor="middle" class="ax-t-lab">to beat {2}</text>',
                _n(at), _n(_inside(at, "to beat 66.40", width)), display.score(beat),
            )
        )  # fmt: skip
    said = ", ".join(_figure(minimum) for _, minimum in reversed(marks))
    return format_html(
        '<svg class="ax-fluid" viewBox="0 0 {} 50" role="img" aria-label="Score {} of 100, with the minimum scores {}">'
        "{}</svg>",
        width, display.score(total), said, SafeString("".join(drawn)),
    )  # fmt: skip


def _marks(marks: Sequence[tuple[Tier, int]], scale: float, width: int, *, short: bool) -> list[SafeString]:
    """A tick per tier with its label below: name, short name or figure alone, whichever does not run into the next."""
    upwards = sorted(marks, key=lambda mark: mark[1])
    drawn = [
        format_html(
            '<line x1="{0}" x2="{0}" y1="13" y2="33" class="ax-s-{1}" stroke-width="2.5"/>',
            _n(minimum * scale), tier_class(tier),
        )
        for tier, minimum in upwards
    ]  # fmt: skip
    placed = _labels(upwards, scale, width, 1 if short else 0)
    drawn += [
        format_html('<text x="{}" y="47" text-anchor="middle" class="ax-t-lab">{}</text>', _n(middle), label)
        for middle, label in placed
    ]
    return drawn


def _labels(upwards: Sequence[tuple[Tier, int]], scale: float, width: int, brevity: int) -> list[tuple[float, str]]:
    """(middle, label) of each tick; of two that touch the longer one becomes briefer."""
    brief = [brevity] * len(upwards)
    while True:
        words = [_words(tier, minimum, level) for (tier, minimum), level in zip(upwards, brief, strict=True)]
        placed = [
            (_inside(minimum * scale, label, width), label) for (_, minimum), label in zip(upwards, words, strict=True)
        ]
        touching = next((n for n in range(1, len(placed)) if _touch(placed[n - 1], placed[n])), None)
        if touching is None:
            return placed
        pair = [n for n in (touching - 1, touching) if brief[n] < len(LABELS) - 1]
        if not pair:
            return [item for n, item in enumerate(placed) if n != touching]
        brief[max(pair, key=lambda n: len(words[n]))] += 1


def _words(tier: Tier, minimum: int, level: int) -> str:
    return f"{getattr(tier, LABELS[level]) if LABELS[level] else ''} {_figure(minimum)}".strip()


def _touch(left: tuple[float, str], right: tuple[float, str]) -> bool:
    return left[0] + len(left[1]) * LETTER / 2 + 6 > right[0] - len(right[1]) * LETTER / 2


def path_chart(
    points: Sequence[tuple[date, int]], bands: Sequence[Band], *, width: int, short: bool = False
) -> SafeString:
    """Totals by day, and under them the tiers held; the time before the first tier is off list."""
    first, last = points[0][0], points[-1][0]
    span = max(1, (last - first).days)
    right = width - 10.0

    def x(day: date) -> float:
        return LEFT + (right - LEFT) * min(max((day - first).days, 0), span) / span

    low, high = _range([total for _, total in points])

    def y(total: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * (total - low) / (high - low)

    drawn = [
        format_html(
            '<line x1="28" x2="{}" y1="{}" y2="{}" class="ax-s-track"/>'
            '<text x="20" y="{}" text-anchor="end" class="ax-t-lab">{}</text>',
            width, _n(y(level)), _n(y(level)), _n(y(level) + 4), _figure(level),
        )
        for level in (high, (high + low) // 2, low)
    ]  # fmt: skip
    line = " ".join(f"{_n(x(day))},{_n(y(total))}" for day, total in points)
    drawn.append(format_html('<polyline fill="none" class="ax-s-bar" stroke-width="2" points="{}"/>', line))
    for day, total in points[:-1]:
        drawn.append(_dot(x(day), y(total), day, total, "ax-f-page ax-s-bar", 3.0))
    drawn.append(_dot(x(last), y(points[-1][1]), last, points[-1][1], "ax-f-bar", 4.5))
    for start, end, tier in _covering(bands, first, last):
        drawn += _band(x(start), x(end), start, tier, short=short)
    said = ", ".join(f"{display.score(total)} on {display.short_day(day, last)}" for day, total in points)
    return format_html(
        '<svg class="ax-fluid" viewBox="0 0 {} 118" role="img" aria-label="Score: {}">{}</svg>',
        width, said, SafeString("".join(drawn)),
    )  # fmt: skip


def _dot(x: float, y: float, day: date, total: int, css: str, radius: float) -> SafeString:
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" class="{}" stroke-width="2"><title>{}, {}</title></circle>',
        _n(x), _n(y), radius, css, display.score(total), display.exact(day),
    )  # fmt: skip


def _covering(bands: Sequence[Band], first: date, last: date) -> list[tuple[date, date, Tier | None]]:
    """The bands from `first` to `last` without holes: what no tier covers is off list."""
    found: list[tuple[date, date, Tier | None]] = []
    at = first
    for since, until, tier in bands:
        start, end = max(since, first), min(until or last, last)
        if end < start or (end == start and until is not None):
            continue
        if start > at:
            found.append((at, start, None))
        found.append((start, end, tier))
        at = end
    if at < last:
        found.append((at, last, None))
    return found


def _band(left: float, right: float, since: date, tier: Tier | None, *, short: bool) -> list[SafeString]:
    soft = "" if tier else " is-soft"
    drawn = [
        format_html(
            '<rect x="{}" y="92" width="{}" height="8" rx="2" class="ax-f-{}{}"/>',
            _n(left), _n(max(right - left - 2, 2)), tier_class(tier), soft,
        )
    ]  # fmt: skip
    name = (tier.short_name if short else tier.name) if tier else "Off list"
    for label in (f"{name}, {since:%b %Y}" if tier else name, name):
        if len(label) * LETTER <= right - left:
            drawn.append(format_html('<text x="{}" y="115" class="ax-t-lab">{}</text>', _n(left), label))
            break
    return drawn


def _range(totals: Sequence[int]) -> tuple[int, int]:
    """Whole twenties around the totals, at least forty wide."""
    step = FULL // 5
    low = min(totals) // step * step
    high = -(-max(totals) // step) * step
    while high - low < 2 * step:
        low, high = (low - step, high) if low else (low, high + step)
    return low, high


def _inside(at: float, label: str, width: int) -> float:
    half = len(label) * LETTER / 2
    return min(max(at, half), width - half)


def _figure(total: int) -> str:
    return display.score(total).removesuffix(".00")


def _n(value: float) -> str:
    return f"{value:.1f}"

"""The look in tags: what they draw, and that a missing value looks missing."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template

from tests.e2e.states import TIERS

TEMPLATES = Path(__file__).parents[2] / "templates"
ONE, FEW, MANY, GEN = TIERS
FIFTH = SimpleNamespace(name="Watch", short_name="", order=5, colour=5)


def drawn(source: str, **context: Any) -> str:
    return Template("{% load abx %}" + source).render(
        Context({"one": ONE, "few": FEW, "many": MANY, "gen": GEN, **context})
    )


def test_tier_shows_mark_and_name_and_off_list_for_none() -> None:
    assert drawn("{% tier few %}").count("#m-2") == 1
    assert "ax-t2" in drawn("{% tier few %}")
    assert "Off list</span>" in drawn("{% tier nobody %}")
    assert "#m-0" in drawn("{% tier nobody %}")


def test_tier_mark_stops_at_one_bar_and_a_missing_short_name_falls_back() -> None:
    assert "#m-4" in drawn("{% tier_mark fifth %}", fifth=FIFTH)
    assert "ax-t5" in drawn("{% tier_mark fifth %}", fifth=FIFTH)
    assert "Watch" in drawn("{% tier fifth short=True %}", fifth=FIFTH)
    assert "Few</span>" in drawn("{% tier few short=True %}")


@pytest.mark.parametrize(
    ("pair", "way"),
    [("few one", "up"), ("one few", "down"), ("None many", "up"), ("gen None", "down")],
)
def test_move_says_up_or_down_by_the_order_of_tiers(pair: str, way: str) -> None:
    assert f'aria-label="{way}"' in drawn(f"{{% move {pair} %}}")


def test_move_that_stays_has_no_arrow() -> None:
    assert "ax-arrow" not in drawn("{% move few few %}")


def test_a_tier_name_is_escaped() -> None:
    evil = SimpleNamespace(name="<b>One</b>", short_name="x", order=1, colour=1)
    assert "&lt;b&gt;One" in drawn("{% tier evil %}", evil=evil)


def test_score_shows_known_and_typical_parts() -> None:
    html = drawn("{% score 334250 typical=50000 width=100 %}")
    assert "<b>66.85</b>" in html
    assert 'width="56.9" height="6" rx="2" class="ax-f-bar"' in html  # (334,250 − 50,000) / 500,000 of 100
    assert 'x="57.9" width="9.0" height="6" class="ax-f-hatch"' in html


def test_score_of_none_is_said_in_words() -> None:
    assert "not scored yet" in drawn("{% score nothing %}")
    assert "<b>0.00</b>" in drawn("{% score 0 %}")


def test_coverage_is_marked_only_below_the_minimum() -> None:
    assert "ax-cov-low" in drawn("{% coverage 64 minimum=70 %}")
    assert "ax-cov-low" not in drawn("{% coverage 70 minimum=70 %}")
    assert "64\u202f% known, needs 70" in re.sub(r"<[^>]+>", "", drawn("{% coverage 64 minimum=70 say=True %}"))


def test_axes_tell_unknown_from_zero() -> None:
    html = drawn("{% axes 92 0 nothing %}")
    assert 'aria-label="Fit 92, signals 0, relationship not known, of 100"' in html
    assert html.count("ax-f-hatch") == 1
    assert html.count("ax-f-bar") == 1


def seats(html: str) -> list[str]:
    return re.findall(r'<i(?: class="is-(\w+)")?></i>', html)


def test_seats_show_who_leaves_and_who_comes() -> None:
    html = drawn("{% seats 12 12 1 1 tier=one %}")
    assert seats(html) == [""] * 11 + ["out", "cap", "over"]
    assert 'aria-label="13 wanted, 12 seats"' in html
    assert seats(drawn("{% seats 4 2 0 1 %}")) == ["", "", "in", "free", "cap"]
    assert seats(drawn("{% seats 2 3 %}")) == ["", "", "cap", "over"]


def test_more_than_twenty_seats_become_a_meter() -> None:
    html = drawn("{% seats 80 84 0 3 tier=few %}")
    assert 'aria-label="87 of 80"' in html
    assert 'x="208.4" y="3" width="18.1"' in html


def test_meter_without_a_cap_is_a_number() -> None:
    assert "3,120" in drawn("{% meter 3120 nothing %}")


def test_interval_stands_on_a_common_scale() -> None:
    html = drawn("{% interval 0.255 0.61 0.35 tier=one %}")
    assert 'cx="66.0"' in html  # 4 + 124 × 0.35 / 0.7
    assert "ax-s-t1" in html
    assert "too few to tell" in drawn("{% interval nothing nothing nothing %}")


def test_money_is_short_with_the_exact_amount_on_hover() -> None:
    assert drawn("{% money 1234567 %}") == '<data value="1234567" title="$1,234,567">$1.2M</data>'
    assert ">~$460k<" in drawn("{% money 460000 estimated=True %}")
    assert "–" in drawn("{% money nothing %}")


def test_filters_show_a_dash_for_what_is_missing_and_take_arguments() -> None:
    assert drawn("{{ nothing|number }} {{ nothing|percent }} {{ nothing|when }}") == "– – –"
    assert drawn("{{ 0.631501|percent:1 }}") == "63.2\u202f%"


@time_machine.travel(datetime(2026, 11, 12, 9, tzinfo=UTC))
def test_when_holds_the_exact_moment() -> None:
    html = drawn("{{ at|when }}", at=datetime(2026, 11, 6, 16, 20, tzinfo=UTC))
    assert html == '<time datetime="2026-11-06T16:20:00+00:00" title="6 November 2026, 16:20">6\u202fd</time>'
    late = drawn("{{ at|due }}", at=date(2026, 11, 12) - timedelta(days=9))
    assert 'class="ax-attn"' in late
    assert "9\u202fd late" in late


def test_person_and_avatar() -> None:
    who = SimpleNamespace(name="Mikkel Ost")
    assert ">MO</span>" in drawn("{% avatar who %}", who=who)
    assert '<span title="Mikkel Ost">Mikkel</span>' in drawn("{% person who first=True %}", who=who)
    assert "–" in drawn("{% person nobody %}")


class OneField(forms.Form):
    sentence = forms.CharField(min_length=5, label="In a sentence")


def test_an_error_stands_beside_its_field_and_keeps_what_was_typed() -> None:
    html = drawn('{% include "components/form.html" %}', form=OneField({"sentence": "no"}))
    assert 'value="no"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_sentence_error"' in html
    assert 'id="id_sentence_error"' in html
    assert "ax-input-bad" in html


def test_every_icon_that_a_template_uses_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (TEMPLATES / "components/sprite.html").read_text()))
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for pair in re.findall(r'{% icon "([a-z0-9-]+)"|#i-([a-z0-9-]+)', path.read_text())
        for name in pair
        if name
    }
    assert used - sprite == set()

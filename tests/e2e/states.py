"""Invented data for the page that shows every component once (templates/components/states.html)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from abxsite.lib import clock

TIERS = [
    SimpleNamespace(name=name, short_name=short, order=order, colour=order)
    for order, (name, short) in enumerate(
        (("One-to-One", "One"), ("One-to-Few", "Few"), ("One-to-Many", "Many"), ("Targeted Demand Gen", "Demand Gen")),
        start=1,
    )
]
NAV = (
    ("work", "My work", "inbox", 9),
    ("accounts", "Accounts", "building", None),
    ("clusters", "Clusters", "affiliate", None),
    ("scorecard", "Scorecard", "adjustments-horizontal", None),
    ("capacity", "Capacity", "gauge", None),
    ("reviews", "Reviews", "git-pull-request", 23),
    ("insights", "Insights", "chart-dots", None),
    ("settings", "Settings", "settings", None),
)


class StateForm(forms.Form):
    name = forms.CharField(help_text="As on their own site.")
    tier = forms.ChoiceField(choices=[(tier.order, tier.name) for tier in TIERS])
    share = forms.IntegerField(required=False)
    reason = forms.ChoiceField(
        choices=[("access", "No access to the buyer"), ("moment", "Wrong moment")], widget=forms.RadioSelect
    )
    sentence = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), min_length=5)
    again = forms.BooleanField(required=False, label="Ask again when two VPs are met by 31 March")


def _row(name: str, at: int, proposed: int, total: int, coverage: int, **more: Any) -> SimpleNamespace:
    person = SimpleNamespace(name="Mikkel Ost")
    base = {"typical": None, "estimated": False, "fit": 92, "signals": 81, "relationship": 83, "touched": clock.now()}
    return SimpleNamespace(
        name=name,
        domain=f"{name.partition(' ')[0].lower()}.example",
        tier=TIERS[at],
        proposed=TIERS[proposed],
        total=total,
        coverage=coverage,
        potential=more.pop("potential", 4_100_000),
        owner=person,
        due=clock.today() + timedelta(days=more.pop("due", 3)),
        **(base | more),
    )


def _job(pk: int, status: str, **more: Any) -> SimpleNamespace:
    base = {
        "total": 8412,
        "done": 5208,
        "seconds_left": 21,
        "cancel_asked": False,
        "error": "",
        "ended_at": clock.now(),
    }
    return SimpleNamespace(pk=pk, status=status, is_active=status in {"waiting", "running"}, **(base | more))


def states_context() -> dict[str, Any]:
    form = StateForm({"name": "Halvorsund", "tier": "2", "reason": "access", "sentence": "no"})
    form.add_error(None, "Somebody closed this cycle meanwhile.")
    ago = clock.now() - timedelta(days=41)
    return {
        "me": SimpleNamespace(name="Mikkel Ost", role_names="Sales rep", theme="system", single_keys=True),
        "nav": [
            {"key": key, "label": label, "url": "#", "icon": icon, "count": count, "current": key == "accounts"}
            for key, label, icon, count in NAV
        ],
        "now": clock.now(),
        "tiers": TIERS,
        "form": form,
        "tabs": [
            {"label": "Why this tier", "url": "#", "current": True},
            {"label": "People", "url": "#", "count": 14},
            {"label": "Signals", "url": "#", "count": 23},
            {"label": "History", "url": "#"},
        ],
        "metrics": [
            {"label": "Matching", "count": 812, "url": "#", "current": True},
            {"label": "Target list", "count": 96, "url": "#"},
            {"label": "Never touched", "count": 18, "url": "#"},
        ],
        "chips": [
            {"label": "Region is", "value": "Nordics, DACH", "url": "#"},
            {"label": "Score at least", "value": "45", "url": "#"},
        ],
        "clear_url": "#",
        "rows": [
            _row("Sundholm Ports", 0, 0, 420_500, 100),
            _row("Nordhaven Grid", 1, 1, 334_250, 64, typical=45_000, relationship=None, touched=None),
            _row("Brackwater Foods", 0, 1, 307_000, 100, touched=ago, due=-9, potential=2_100_000),
            _row("Ravensmark Telecom", 2, 1, 260_400, 70, typical=30_000, estimated=True, potential=460_000, due=40),
        ],
        "jobs": [
            _job(1, "running"),
            _job(2, "done", done=8412),
            _job(3, "failed", error="Line 12 has 9 columns where the header has 8. Nothing was changed."),
        ],
        **_charts(),
    }


def _charts() -> dict[str, Any]:
    tiers = [{"name": tier.name, "short": tier.short_name, "colour": tier.colour} for tier in TIERS]
    off = {"name": "Off list", "short": "Off list", "colour": 0}
    return {
        "sankey": {
            "tiers": [*tiers, off],
            "moves": [[0, 1, 2], [1, 0, 3], [1, 2, 7], [2, 1, 9], [2, 3, 12], [3, 2, 14], [4, 2, 8], [3, 4, 11]],
        },
        "trend": {
            "periods": ["Q3 25", "Q4 25", "Q1 26", "Q2 26", "Q3 26", "Q4 to date"],
            "unit": "$",
            "mark": {"at": "Q1 26", "name": "first list published"},
            "series": [
                {**tiers[0], "values": [1_200_000, 1_500_000, 1_900_000, 2_400_000, 2_900_000, 1_800_000]},
                {**tiers[1], "values": [2_100_000, 2_200_000, 2_600_000, 3_100_000, 3_400_000, 2_200_000]},
                {**tiers[2], "values": [2_600_000, 2_400_000, 2_300_000, 2_100_000, 2_200_000, 1_300_000]},
                {**off, "values": [1_900_000, 1_700_000, 1_500_000, 1_400_000, 1_200_000, 600_000]},
            ],
        },
        "histogram": {
            "step": 5,
            "bars": [3, 6, 12, 21, 38, 60, 84, 102, 118, 124, 119, 108, 96, 80, 66, 50, 34, 20, 9, 3],
            "bars_name": "Draft v8",
            "line": [2, 5, 10, 22, 42, 68, 92, 110, 121, 121, 112, 99, 88, 75, 60, 46, 32, 18, 8, 2],
            "line_name": "Live v7",
            "cuts": [
                {"at": 30, "name": "Many 30", "colour": 3},
                {"at": 45, "name": "Few 45", "colour": 2},
                {"at": 60, "name": "One 60", "colour": 1},
            ],
        },
        "line": {
            "points": [
                ["2025-08-01", 41],
                ["2025-11-01", 44],
                ["2026-02-01", 52],
                ["2026-05-01", 58],
                ["2026-08-10", 64.4],
            ],
            "min": 0,
            "max": 100,
            "unit": "",
            "marks": [{"at": 60, "name": "One 60", "colour": 1}],
        },
    }

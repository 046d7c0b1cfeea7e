"""The checks of `make check` find what they are for, and nothing else."""

import runpy
from pathlib import Path
from typing import Any

import pytest

BIN = Path(__file__).resolve().parents[2] / "bin"


@pytest.fixture(scope="module")
def templates() -> dict[str, Any]:
    return runpy.run_path(str(BIN / "check_templates.py"))


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<div class='a'\n  style = 'x'>",
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<button hx-on:click="go()">',
        '<button hx-on::after-request="go()">',
        "<div hx-vals='js:{a: 1}'>",
        '<a href="javascript:go()">',
        '<input onchange="go()">',
        '<div hx-trigger="keyup[ctrlKey]">',
        "<div hx-trigger='click [x]'>",
    ],
)
def test_what_the_policy_drops_is_found(templates: dict[str, Any], markup: str) -> None:
    assert len(list(templates["findings"](f"<p>one</p>\n{markup}\n"))) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="{% static "abx.js" %}" defer></script>',
        '<script nonce="{{ csp_nonce }}">go()</script>',
        '<script type="application/json" id="data">{}</script>',
        '{# never write <p style="…"> or hx-on:click="…" #}',
        "{% comment %}<style>{% endcomment %}",
        '<p class="ax-style" data-on="x">only one</p>',
        '<div hx-trigger="keyup changed delay:300ms, search">',
        '<a href="https://abx.example/?onward=1">on</a>',
    ],
)
def test_what_works_is_left_alone(templates: dict[str, Any], markup: str) -> None:
    assert list(templates["findings"](markup)) == []


def test_the_line_is_named(templates: dict[str, Any]) -> None:
    assert [line for line, _ in templates["findings"]('{# a\nb #}\n\n<p style="x">')] == [4]


def test_hosts_and_machine_paths_are_found() -> None:
    words = runpy.run_path(str(BIN / "check_repository.py"))["WORDS"]

    for bad in ("see https://py" + "pi.org/x", "in /wo" + "rk/main", 'cd "/ro' + 'ot/x"', "/ho" + "me/ann/file"):
        assert words.search(bad), bad
    for good in ("../shared/data", "templates/desk/page.html", "/app/staticfiles", "/var/lib/postgresql", "at-home/x"):
        assert not words.search(good), good


def test_more_than_25_dependencies_or_a_loose_one_are_found() -> None:
    findings = runpy.run_path(str(BIN / "check_repository.py"))["dependency_findings"]

    assert list(findings("# comment\n" + "".join(f"d{n}==1\n" for n in range(25)))) == []
    assert list(findings("".join(f"d{n}==1\n" for n in range(26)))) == [
        "requirements.in: 26 direct dependencies, 25 are enough"
    ]
    assert list(findings("d>=1\n")) == ["requirements.in: d>=1 is not pinned"]


def test_http_in_services_and_vague_modules_are_found() -> None:
    findings = runpy.run_path(str(BIN / "check_code.py"))["findings"]
    http = "from django.http import HttpRequest\n"
    broad = "try:\n    go()\nexcept Exception:\n    pass\n"

    assert [line for line, _ in findings({"accounts", "services"}, http)] == [1]
    assert list(findings({"accounts", "views"}, http)) == []
    assert len(list(findings({"accounts", "utils"}, ""))) == 1
    assert [line for line, _ in findings({"accounts", "services"}, broad)] == [3]
    assert list(findings({"accounts", "tasks"}, broad)) == []


def test_tasks_named_in_calls_and_in_job_models_are_found() -> None:
    named_in = runpy.run_path(str(BIN / "check_tasks.py"))["named_in"]
    source = (
        'queue.wake("a.one", 1)\nwake("a.two")\nclass Run(Job):\n    task = "a.three"\nwake(job.task)\nprint("no")\n'
    )

    assert sorted(named_in(source)) == [(1, "a.one"), (2, "a.two"), (4, "a.three")]

"""`bin/bootstrap` believes no Python that it has not run, and says in one sentence when there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "cat", "dirname", "cksum", "tr", "rm", "env")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with no requirements, and `tools/` with the few programs that the script needs: no Python."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "bootstrap", tmp_path / "bin")
    shutil.copy(ROOT / ".python-version", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"# {name}, empty\n")
    for folder in ("tools", "first", "second", "home"):
        (tmp_path / folder).mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / "tools" / tool).symlink_to(found)
    return tmp_path


def bootstrap(checkout: Path, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [checkout / "bin" / "bootstrap", "requirements.txt"],
        env={"PATH": f"{checkout}/first:{checkout}/second:{checkout}/tools", "HOME": f"{checkout}/home"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def put(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def sound_python() -> str:
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    return f'exec "{base}" "$@"'


def test_without_any_python_it_says_what_to_install(checkout: Path) -> None:
    code, said = bootstrap(checkout)

    assert code == 1
    assert said == (
        "abxsite needs Python 3.12, 3.13 or 3.14 with venv: install one (Debian: python3 python3-venv), "
        "or say where it is with PYTHON=/path/to/python.\n"
    )
    assert not (checkout / ".venv").exists()


def test_pythons_that_exist_and_do_not_work_are_not_believed(checkout: Path) -> None:
    put(checkout / "first" / "python3.13", "echo pyenv: version not installed >&2; exit 127")
    put(checkout / "second" / "python3.12", "exit 1")  # no venv
    put(checkout / "home" / ".pyenv" / "versions" / "3.13.9" / "bin" / "python3", "exit 127")

    code, said = bootstrap(checkout)

    assert code == 1
    assert said.startswith("abxsite needs Python 3.12")


def test_a_chosen_python_that_does_not_suit_is_named(checkout: Path) -> None:
    put(checkout / "first" / "python3.13", sound_python())

    assert bootstrap(checkout, PYTHON="/nowhere/python") == (
        1,
        "PYTHON=/nowhere/python is not a Python 3.12 to 3.14 with venv.\n",
    )


@pytest.mark.soak
@pytest.mark.parametrize("place", ["second/python3.13", "second/python3", "home/.pyenv/versions/3.13.9/bin/python3"])
def test_the_first_sound_python_makes_the_venv_once(checkout: Path, place: str) -> None:
    put(checkout / "first" / "python3.13", "exit 127")
    put(checkout / place, sound_python())

    code, said = bootstrap(checkout)
    assert (code, said.splitlines()[1:]) == (0, ["Installing requirements.txt (about half a minute)"]), said
    assert os.access(checkout / ".venv" / "bin" / "python", os.X_OK)

    assert bootstrap(checkout) == (0, ""), "unchanged requirements: nothing to do"

    (checkout / "requirements.txt").write_text("# changed\n")
    assert bootstrap(checkout) == (0, "Installing requirements.txt (about half a minute)\n")

"""The sign of the workspace's currency: asked for once per request or task; outside of both it is `$`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
DEFAULT = "USD"

_asked: ContextVar[list[str] | None] = ContextVar("abx_currency", default=None)
_tellers: list[Callable[[], str]] = []


def sign_of(code: str) -> str:
    """`EUR` → `€`; a code without a sign of its own stands before the figure: `SEK `."""
    return SIGNS.get(code, f"{code} ")


def ask_of(teller: Callable[[], str]) -> None:
    """Whoever keeps the settings says here which code is in force."""
    _tellers[:] = [teller]


def sign() -> str:
    """The sign to write before an amount."""
    asked = _asked.get()
    if asked is None or not _tellers:
        return sign_of(DEFAULT)
    if not asked:
        asked.append(sign_of(_tellers[0]()))
    return asked[0]


def heard(code: str) -> None:
    """The settings were read anyhow: their currency is known, and nobody asks for it again."""
    asked = _asked.get()
    if asked is not None:
        asked[:] = [sign_of(code)]


def forget() -> None:
    """A task begins: its first amount asks anew."""
    _asked.set([])


@contextmanager
def asked_once() -> Iterator[None]:
    """One request: the first amount asks, the others repeat its answer."""
    token = _asked.set([])
    try:
        yield
    finally:
        _asked.reset(token)

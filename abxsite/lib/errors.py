"""Errors that speak: a sentence for people, a status for the edge."""


class DomainError(Exception):
    """A rule of the domain said no. `str(error)` is one clear sentence."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotAllowed(DomainError):
    """Visible, but not for this person to change."""

    status = 403


class Conflict(DomainError):
    """Somebody else was faster; says who and what."""

    status = 409


class UnusableFile(DomainError):
    """A file that cannot be read at all; nothing was changed."""

    status = 422

"""API tokens: shown once, kept as a digest."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users import policies
from abxsite.users.models import ApiToken, User

PREFIX = "abx_"
SHOWN = 8
SCOPES = ("read", "write")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, actor: User | None, user: User, label: str, days: int | None = 90, scopes: tuple[str, ...] = ("read",)
) -> tuple[ApiToken, str]:
    """The row and the token itself, which nobody can read again. It expires after `days`; None is never."""
    policies.check_token(actor, user)
    if not label.strip():
        raise DomainError("Say what the token is for.", field="label")
    if not scopes or set(scopes) - set(SCOPES):
        raise DomainError("A token reads, or reads and writes.", field="scopes")
    value = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        label=label.strip(),
        digest=digest(value),
        prefix=value[:SHOWN],
        scopes=list(scopes),
        expires_at=clock.now() + timedelta(days=days) if days else None,
    )
    token.full_clean()
    token.save(force_insert=True)
    record(actor=actor, action="token_create", subject=token, after={"user": user.email, "scopes": list(scopes)})
    return token, value


@transaction.atomic
def revoke_token(*, actor: User | None, token: ApiToken) -> None:
    """From now on it is not known; revoking twice changes nothing."""
    policies.check_token(actor, token.user)
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        record(actor=actor, action="token_revoke", subject=token)

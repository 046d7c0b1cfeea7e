"""API tokens: `Authorization: Bearer <token>`. Only the SHA-256 is kept; expired and revoked ones do not work."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from abxsite.lib import clock
from abxsite.users.models import ApiToken, User
from abxsite.users.services.tokens import digest


class TokenAuthentication(BaseAuthentication):
    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("The token is missing or has spaces in it.")
        user, token = self._by_token(words[1].decode("ascii", "replace"))
        if request.method not in SAFE_METHODS and "write" not in token.scopes:
            raise PermissionDenied("This token may only read.")
        return user, token

    def _by_token(self, value: str) -> tuple[User, ApiToken]:
        token = ApiToken.objects.select_related("user__person").filter(digest=digest(value)).first()
        moment = clock.now()
        if token is None or token.revoked_at or not token.user.is_active:
            raise AuthenticationFailed("This token is not known.")
        if token.expires_at and token.expires_at <= moment:
            raise AuthenticationFailed("This token has expired.")
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=moment)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "abxsite.users.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}

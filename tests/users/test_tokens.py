"""API tokens at the door, and the command that makes them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from abxsite.lib import clock
from abxsite.users.authentication import TokenAuthentication
from abxsite.users.models import ApiToken, User
from abxsite.users.services.tokens import create_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def knock(value: str, method: str = "get") -> User:
    request = getattr(APIRequestFactory(), method)("/", headers={"Authorization": f"Bearer {value}"})
    found = TokenAuthentication().authenticate(Request(request))
    assert found is not None
    return found[0]


def test_a_token_is_its_user_and_remembers_when_it_was_used(cast: Cast) -> None:
    token, value = create_token(actor=None, user=cast.rep, label="x")
    assert knock(value) == cast.rep
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_a_token_that_only_reads_does_not_write(cast: Cast) -> None:
    _, reads = create_token(actor=None, user=cast.rep, label="x")
    _, writes = create_token(actor=None, user=cast.rep, label="x", scopes=("read", "write"))
    with pytest.raises(PermissionDenied, match="may only read"):
        knock(reads, "post")
    assert knock(writes, "post") == cast.rep


@pytest.mark.parametrize("spoil", ["expired", "revoked", "has_left", "unknown"])
def test_a_spoilt_token_does_not_work(cast: Cast, spoil: str) -> None:
    token, value = create_token(actor=None, user=cast.rep, label="x")
    if spoil == "expired":
        ApiToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif spoil == "revoked":
        ApiToken.objects.update(revoked_at=clock.now())
    elif spoil == "has_left":
        User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    else:
        value += "x"
    with pytest.raises(AuthenticationFailed):
        knock(value)
    answer = Client().get(reverse("api_insights"), headers={"Authorization": f"Bearer {value}"})
    assert answer.status_code == 401
    token.refresh_from_db()
    assert token.last_used_at is None


def test_words_that_are_no_token_are_refused(cast: Cast) -> None:
    for words in ("Bearer", "Bearer one two"):
        assert Client().get(reverse("api_insights"), headers={"Authorization": words}).status_code == 401


def command(*options: str) -> str:
    out = StringIO()
    call_command("create_token", *options, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_token_that_works(cast: Cast) -> None:
    assert knock(command(cast.leader.email)) == cast.leader
    told = json.loads(command(cast.leader.email.upper(), "--label", "Night", "--days", "0", "--json"))
    assert (knock(told["token"]), told["label"], told["expires_at"], told["scopes"]) == (
        cast.leader, "Night", None, ["read"],
    )  # fmt: skip


def test_the_command_knows_who_logs_in(cast: Cast) -> None:
    with pytest.raises(CommandError, match="Nobody logs in as ghost"):
        command("ghost@vendor.example")
    with pytest.raises(CommandError, match="0 for ever"):
        command(cast.rep.email, "--days=-1")
    assert not ApiToken.objects.exists()

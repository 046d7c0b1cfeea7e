"""The first person of an empty workspace: by the page, or by command; only while there is nobody."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from abxsite.users.models import User
from entitlements.models import Entitlement
from tests.cast import Cast
from tiering.models import Tier

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Fay First", "email": "fay@vendor.example", "password": "seven-blue-herons"}


def test_an_empty_workspace_leads_to_the_first_run_and_then_to_the_login(client: Client) -> None:
    assert client.get(reverse("account_list")).headers["Location"] == reverse("first_run")
    assert client.get(reverse("first_run")).status_code == 200
    assert client.post(reverse("first_run"), GIVEN).headers["Location"] == reverse("account_login")
    user = User.objects.get()
    assert (user.email, user.name, user.roles) == ("fay@vendor.example", "Fay First", ["admin", "marketer"])
    assert (Tier.objects.count(), Entitlement.objects.exists()) == (4, True)
    client.post(reverse("account_login"), {"login": user.email, "password": GIVEN["password"]})
    assert client.get(reverse("settings_home")).status_code == 200


def test_a_weak_password_is_refused_and_nobody_is_made(client: Client) -> None:
    assert client.post(reverse("first_run"), GIVEN | {"password": "short"}).status_code == 422
    assert not User.objects.exists()


def test_with_people_the_page_is_gone(client: Client, cast: Cast) -> None:
    assert client.get(reverse("first_run")).status_code == 404
    before = User.objects.count()
    assert client.post(reverse("first_run"), GIVEN).status_code == 404
    assert User.objects.count() == before
    assert "login" in client.get(reverse("account_list")).headers["Location"]


def create_admin(*options: str) -> str:
    out = StringIO()
    call_command("create_admin", *options, stdout=out)
    return out.getvalue()


def test_the_command_reads_the_password_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("seven-blue-herons\n")
    assert json.loads(create_admin("fay@vendor.example", "--password-file", str(secret), "--json")) == {
        "email": "fay@vendor.example",
        "roles": ["admin", "marketer"],
    }
    assert User.objects.get().check_password("seven-blue-herons")
    with pytest.raises(CommandError, match="people already"):
        create_admin("eve@vendor.example", "--password-file", str(secret))
    assert User.objects.count() == 1


def test_the_command_refuses_a_weak_password_and_a_missing_file(tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    weak.write_text("short")
    with pytest.raises(CommandError, match="too short"):
        create_admin("fay@vendor.example", "--password-file", str(weak))
    with pytest.raises(CommandError, match="cannot be read"):
        create_admin("fay@vendor.example", "--password-file", str(tmp_path / "none"))
    assert not User.objects.exists()

"""Signing in, passwords and two-factor pages: they say it in our words and work through the client."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from abxsite.users.models import User
from tests.cast import Cast
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.e2e.states_urls")]


def sign_in(client: Client, user: User, password: str = PASSWORD) -> str:
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    answer = client.post(reverse("account_login"), {"login": user.email, "password": password}, follow=True)
    return answer.content.decode()


def test_login_leads_to_my_work_without_a_message(client: Client, cast: Cast) -> None:
    html = sign_in(client, cast.rep)
    assert "Components and states" in html
    assert "data-ax-toast" not in html


def test_a_wrong_password_keeps_the_address_and_says_so(client: Client, cast: Cast) -> None:
    html = sign_in(client, cast.rep, "wrong-horse-7")
    assert f'value="{cast.rep.email}"' in html
    assert 'class="ax-sm ax-err" role="alert"' in html
    assert "_auth_user_id" not in client.session


def test_forgotten_password_sends_a_link_that_works_once(client: Client, cast: Cast) -> None:
    EmailAddress.objects.get_or_create(
        user=cast.rep, email=cast.rep.email, defaults={"verified": True, "primary": True}
    )
    client.post(reverse("account_reset_password"), {"email": cast.rep.email})
    assert mail.outbox[0].to == [cast.rep.email]
    assert "A new password for abxsite" in mail.outbox[0].subject
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    page = client.get(link.group(1), follow=True)
    assert "Choose a new password" in page.content.decode()
    new = "battery-staple-9"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    cast.rep.refresh_from_db()
    assert cast.rep.check_password(new)
    assert "This link no longer works" in client.get(link.group(1), follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer(client: Client) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@vendor.example"}, follow=True)
    assert "Look into your mail" in answer.content.decode()


def test_password_change_shows_its_errors_beside_the_fields(client: Client, cast: Cast) -> None:
    sign_in(client, cast.rep)
    form = {"oldpassword": "wrong", "password1": "short", "password2": "other"}
    html = client.post(reverse("account_change_password"), form).content.decode()
    assert "Change your password" in html
    assert html.count('aria-invalid="true"') >= 2
    cast.rep.refresh_from_db()
    assert cast.rep.check_password(PASSWORD)


def test_two_factor_is_switched_on_and_then_asked_for(client: Client, cast: Cast) -> None:
    sign_in(client, cast.rep)
    assert "Two-factor sign-in" in client.get(reverse("mfa_index")).content.decode()
    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Is it you?" in asked.content.decode()
    page = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True).content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*>([A-Z2-7]+)<', page)
    assert secret
    code = format_hotp_value(hotp_value(secret.group(1), next(iter(yield_hotp_counters_from_time()))))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True).content.decode()
    assert "Recovery codes" in answer
    assert "10 of 10 are left" in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    other = Client()
    assert "One more step" in sign_in(other, cast.rep)
    assert "_auth_user_id" not in other.session


def test_signup_is_closed(client: Client) -> None:
    html = client.get(reverse("account_signup")).content.decode()
    assert "By invitation" in html


def test_logout_asks_first(client: Client, cast: Cast) -> None:
    sign_in(client, cast.rep)
    assert "Sign out?" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session

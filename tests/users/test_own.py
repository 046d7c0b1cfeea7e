"""Profile, theme, delegation, tokens: what people do for themselves."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from abxsite.users.models import ApiToken, Delegation
from abxsite.users.services.tokens import digest
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(client: Client, cast: Cast) -> Client:
    client.force_login(cast.rep)
    return client


def test_profile_keeps_name_theme_and_keys(rep: Client, cast: Cast) -> None:
    assert rep.post(reverse("profile"), {"name": "Rea R.", "theme": "dark"}).status_code == 302
    cast.rep.refresh_from_db()
    cast.rep.person.refresh_from_db()
    assert (cast.rep.name, cast.rep.theme, cast.rep.single_keys) == ("Rea R.", "dark", False)


def test_the_theme_is_set_from_any_page_and_nonsense_is_refused(rep: Client, cast: Cast) -> None:
    assert rep.post(reverse("theme_set"), {"theme": "light"}).status_code == 204
    assert rep.post(reverse("theme_set"), {"theme": "plaid"}).status_code == 422
    cast.rep.refresh_from_db()
    assert cast.rep.theme == "light"


def hand_over(client: Client, delegator: int, delegate: int, since: date, until: date) -> int:
    fields = {"delegator": delegator, "delegate": delegate, "since": since.isoformat(), "until": until.isoformat()}
    return client.post(reverse("delegation"), fields).status_code


def test_a_rep_delegates_for_a_time_and_ends_it(rep: Client, cast: Cast) -> None:
    today = clock.today()
    me, other = cast.rep.person.pk, cast.other_rep.person.pk
    assert hand_over(rep, me, other, today - timedelta(days=1), today + timedelta(days=7)) == 302
    given = Delegation.objects.get()
    assert (given.delegator_id, given.delegate_id, given.until) == (me, other, today + timedelta(days=7))
    assert hand_over(rep, me, other, today, today) == 422
    assert rep.post(reverse("delegation_end", args=[given.pk])).status_code == 302
    given.refresh_from_db()
    assert given.until == today - timedelta(days=1)


def test_a_delegation_that_has_not_begun_is_taken_back(rep: Client, cast: Cast) -> None:
    soon = clock.today() + timedelta(days=3)
    hand_over(rep, cast.rep.person.pk, cast.manager.person.pk, soon, soon)
    rep.post(reverse("delegation_end", args=[Delegation.objects.get().pk]))
    assert not Delegation.objects.exists()


def test_delegations_need_an_end_another_person_and_a_login(rep: Client, cast: Cast) -> None:
    today = clock.today()
    me, other = cast.rep.person.pk, cast.other_rep.person.pk
    assert hand_over(rep, me, me, today, today) == 422
    assert hand_over(rep, me, other, today, today - timedelta(days=1)) == 422
    assert rep.post(reverse("delegation"), {"delegator": me, "delegate": other, "since": today}).status_code == 422
    assert not Delegation.objects.exists()


def test_a_manager_delegates_for_the_team_and_nobody_for_strangers(client: Client, cast: Cast) -> None:
    today = clock.today()
    client.force_login(cast.manager)
    assert hand_over(client, cast.rep.person.pk, cast.marketer.person.pk, today, today) == 302
    assert hand_over(client, cast.other_rep.person.pk, cast.marketer.person.pk, today, today) == 422
    given = Delegation.objects.get()
    client.force_login(cast.other_rep)
    assert client.post(reverse("delegation_end", args=[given.pk])).status_code == 404
    assert Delegation.objects.filter(pk=given.pk, until=today).exists()


def make(client: Client, **fields: str) -> str:
    answer = client.post(reverse("token_list"), {"label": "Night job", "scopes": "read", "days": "90"} | fields)
    assert answer.status_code == 200
    value: str = answer.context["value"]
    return value


def test_a_token_is_shown_once_and_only_its_digest_is_kept(rep: Client, cast: Cast) -> None:
    value = make(rep)
    token = ApiToken.objects.get()
    assert (token.digest, token.user, token.label, token.scopes) == (digest(value), cast.rep, "Night job", ["read"])
    assert token.expires_at is not None
    assert timedelta(days=89) < token.expires_at - clock.now() <= timedelta(days=90)
    assert value not in rep.get(reverse("token_list")).content.decode()


def test_a_token_logs_in_until_it_is_revoked(rep: Client, client: Client) -> None:
    value = make(rep)
    url, headers = reverse("api_insights"), {"Authorization": f"Bearer {value}"}
    guest = Client()
    assert guest.get(url, headers=headers).status_code == 200
    assert rep.post(reverse("token_revoke", args=[ApiToken.objects.get().pk])).status_code == 302
    assert guest.get(url, headers=headers).status_code == 401


def test_nobody_sees_or_revokes_a_strangers_token_but_admins(rep: Client, cast: Cast) -> None:
    make(rep)
    token = ApiToken.objects.get()
    for user, status in ((cast.other_rep, 404), (cast.marketer, 404), (cast.admin, 302)):
        rep.force_login(user)
        assert (token in rep.get(reverse("token_list")).context["tokens"]) == (status == 302)
        assert rep.post(reverse("token_revoke", args=[token.pk])).status_code == status
        token.refresh_from_db()
        assert (token.revoked_at is not None) == (status == 302)


def test_a_token_without_expiry_says_so(rep: Client) -> None:
    make(rep, days="")
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(("role", "seen"), [
    ("admin", {"people_list", "audit_list", "token_list"}),
    ("leader", {"people_list", "audit_list", "token_list"}),
    ("rep", {"people_list", "token_list"}),
])  # fmt: skip
def test_the_settings_show_what_the_role_opens(client: Client, cast: Cast, role: str, seen: set[str]) -> None:
    client.force_login(getattr(cast, role))
    page = client.get(reverse("settings_home")).content.decode()
    names = ("people_list", "audit_list", "token_list")
    assert {name for name in names if f'href="{reverse(name)}"' in page} == seen

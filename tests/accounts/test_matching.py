"""Registrable domains and normalised names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.matching import company_domain, is_free_mail, match_name, registrable_domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://https://wbd.com", "wbd.com"),
        ("https://www.stock.walmart.com", "walmart.com"),
        ("https://http://investors.evergy.com", "evergy.com"),
        ("www.acme.example/about?x=1", "acme.example"),
        ("Rosa@Mail.Acme.example", "acme.example"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.example:8080", "acme.example"),
        ("https://user:pw@acme.example/x", "acme.example"),
        ("http:acme.example", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("acme.github.io", "acme.github.io"),
        ("//cdn.acme.example", "acme.example"),
        ("127.0.0.1", ""),
        ("localhost", ""),
        ("Acme Inc", ""),
        ("", ""),
        ("n/a", ""),
        ("https://", ""),
    ],
)
def test_the_registrable_domain(text: str, domain: str) -> None:
    assert registrable_domain(text) == domain


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Acme Corporation", "acme"),
        ("ACME, Inc.", "acme"),
        ("Acme GmbH & Co. KG", "acme"),
        ("The Home Depot", "home depot"),
        ("Gekko & Co", "gekko"),
        ("Gekko and Co.", "gekko"),
        ("Estée Lauder", "estee lauder"),
        ("U.S. Bancorp", "us bancorp"),
        ("L'Oréal S.A.", "loreal"),
        ("Straße AG", "strasse"),
        ("Co", "co"),
        ("株式会社", "株式会社"),
        ("A-B  C", "a b c"),
    ],
)
def test_names_are_compared_without_their_trimmings(name: str, same: str) -> None:
    assert match_name(name) == same


def test_free_mail_is_nobodys_company_unless_it_is() -> None:
    assert is_free_mail("gmail.com")
    assert not is_free_mail("acme.example")
    assert company_domain("joe@gmail.com") == ""
    assert company_domain("https://www.yahoo.com", "Yahoo Inc") == "yahoo.com"
    assert company_domain("https://www.yahoo.com", "Joe's Plumbing") == ""


@given(st.text(max_size=60))
def test_no_text_crashes_and_both_stay_as_they_are_the_second_time(text: str) -> None:
    domain = registrable_domain(text)
    assert registrable_domain(domain) == domain
    name = match_name(text)
    assert len(name) <= 255

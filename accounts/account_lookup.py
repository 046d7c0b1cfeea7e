"""Which account is meant, for many at once, each way with one statement (D2): our own number, the id in the source,
the domain, the name, the contact's address; what a person linked answers where those do not. Tombstones of merges
lead to the survivor.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.choices import AliasKind
from accounts.hints import key_of


@dataclass
class Said:
    """What a source says of one account; `domain` and `match` are normalised, never a free-mail domain.

    `aliased` is set when a person's link (or a merge) told which account it is.
    """

    pk: int | None = None
    source: str = ""
    external_id: str = ""
    domain: str = ""
    name: str = ""
    match: str = ""
    email: str = ""
    aliased: bool = False

    def alias_keys(self) -> list[str]:
        """Of the aliases that would tell, the surest first."""
        found = (
            key_of(AliasKind.ID, self.external_id, self.source),
            key_of(AliasKind.DOMAIN, self.domain),
            key_of(AliasKind.NAME, self.match),
            key_of(AliasKind.EMAIL, self.email),
        )
        return [key for key in found if key]


@dataclass(frozen=True)
class Found:
    account: int | None = None
    contact: int | None = None


def _fetch(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    if not any(params):
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


_BY_PK = "SELECT id, COALESCE(merged_into_id, id) FROM accounts_account WHERE id = ANY(%s)"
_BY_ID = """SELECT a.source, a.external_id, COALESCE(a.merged_into_id, a.id)
    FROM unnest(%s::text[], %s::text[]) AS z (source, ext)
    JOIN accounts_account a ON a.source = z.source AND a.external_id = z.ext AND a.external_id <> ''"""
_BY_DOMAIN = """SELECT domain, id FROM accounts_account
    WHERE domain = ANY(%s) AND domain <> '' AND merged_into_id IS NULL"""
_BY_ALIAS = """SELECT l.key, l.source, COALESCE(a.merged_into_id, a.id) FROM accounts_accountalias l
    JOIN accounts_account a ON a.id = l.account_id WHERE l.key = ANY(%s)"""
_BY_NAME = """SELECT match_name, lower(name), id FROM accounts_account
    WHERE match_name = ANY(%s) AND merged_into_id IS NULL"""
_BY_EMAIL = """SELECT lower(c.email), c.id, c.account_id FROM accounts_contact c
    WHERE lower(c.email) = ANY(%s) AND c.email <> ''"""
_LOCK = """SELECT id, COALESCE(merged_into_id, id) FROM accounts_account
    WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"""


class _Book:
    """All that one batch asks for, read once."""

    def __init__(self, said: Sequence[Said]) -> None:
        ids = {(one.source, one.external_id) for one in said if one.external_id}
        self.by_pk = dict(_fetch(_BY_PK, list({one.pk for one in said if one.pk})))
        rows = _fetch(_BY_ID, [source for source, _ in ids], [ext for _, ext in ids])
        self.by_id = {(source, ext): pk for source, ext, pk in rows}
        self.by_domain = dict(_fetch(_BY_DOMAIN, list({one.domain for one in said if one.domain})))
        keys = {key for one in said for key in one.alias_keys()}
        self.by_alias = {(key, source): pk for key, source, pk in _fetch(_BY_ALIAS, list(keys))}
        self.by_name: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for match, lowered, pk in _fetch(_BY_NAME, list({one.match for one in said if one.match})):
            self.by_name[match].append((lowered, pk))
        self.by_email: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
        for email, contact, account in _fetch(_BY_EMAIL, list({one.email.lower() for one in said if one.email})):
            self.by_email[email].append((contact, account))

    def find(self, one: Said) -> Found:
        account = self._account(one)
        people = [
            (contact, at) for contact, at in self.by_email.get(one.email.lower(), ()) if account in (None, at) or not at
        ]
        if one.email and len(people) == 1:
            contact, at = people[0]
            account = account or at
            return Found(account or self._alias(one, AliasKind.EMAIL), contact)
        return Found(account or self._alias(one, AliasKind.EMAIL))

    def _account(self, one: Said) -> int | None:
        if one.pk is not None:
            return self.by_pk.get(one.pk)
        return (
            self.by_id.get((one.source, one.external_id))
            or self._alias(one, AliasKind.ID)
            or self.by_domain.get(one.domain)
            or self._alias(one, AliasKind.DOMAIN)
            or self._named(one)
            or self._alias(one, AliasKind.NAME)
        )

    def _alias(self, one: Said, kind: AliasKind) -> int | None:
        """A link for this source goes before one for all sources."""
        value = {
            AliasKind.ID: one.external_id, AliasKind.DOMAIN: one.domain, AliasKind.NAME: one.match,
            AliasKind.EMAIL: one.email.lower(),
        }[kind]  # fmt: skip
        key = key_of(kind, value, one.source)
        found = self.by_alias.get((key, one.source)) or self.by_alias.get((key, ""))
        one.aliased = one.aliased or found is not None
        return found

    def _named(self, one: Said) -> int | None:
        """One account of that name, or the one of several that is written exactly so; else nobody knows."""
        named = self.by_name.get(one.match, [])
        if len(named) == 1:
            return named[0][1]
        exact = [pk for lowered, pk in named if lowered == one.name.lower()]
        return exact[0] if len(exact) == 1 else None


def find_accounts(said: Sequence[Said]) -> list[Found]:
    """In the order of `said`. The accounts found are held against a merge until the transaction ends."""
    book = _Book(said)
    found = [book.find(one) for one in said]
    held = dict(_fetch(_LOCK, sorted({one.account for one in found if one.account})))
    return [Found(held.get(one.account) if one.account else None, one.contact) for one in found]

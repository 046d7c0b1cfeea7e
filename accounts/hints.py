"""What a source said of an account that nobody knew: one key per meaning, so that all spellings wait as one.

`d:` a registrable domain, `n:` a normalised name, `i:` an id in a source, `e:` a person's e-mail address.
"""

from dataclasses import dataclass

from accounts.choices import AliasKind
from accounts.matching import company_domain, match_name

LETTERS = {AliasKind.DOMAIN: "d", AliasKind.NAME: "n", AliasKind.ID: "i", AliasKind.EMAIL: "e"}
KINDS = {letter: kind for kind, letter in LETTERS.items()}
KEY_LENGTH = 330


@dataclass(frozen=True)
class Hint:
    """`key` is '' when nothing was said; `said` is for people."""

    key: str = ""
    said: str = ""

    @property
    def kind(self) -> AliasKind:
        return kind_of(self.key)


def key_of(kind: AliasKind, value: str, source: str = "") -> str:
    """`value` is normalised already; ids mean something within their source only."""
    text = f"{source}/{value}" if kind == AliasKind.ID else value
    return f"{LETTERS[kind]}:{text}"[:KEY_LENGTH] if value else ""


def kind_of(key: str) -> AliasKind:
    return KINDS.get(key[:1], AliasKind.NAME)


def value_of(key: str) -> str:
    return key[2:]


def hint_of(*, domain: str = "", name: str = "", external_id: str = "", source: str = "", email: str = "") -> Hint:
    """The best of what was said: the domain, else the name, the id, the person's address."""
    if domain:
        return Hint(key_of(AliasKind.DOMAIN, domain), domain[:255])
    if name:
        return Hint(key_of(AliasKind.NAME, match_name(name)), name[:255])
    if external_id:
        return Hint(key_of(AliasKind.ID, external_id, source), external_id[:255])
    return Hint(key_of(AliasKind.EMAIL, email), email[:255]) if email else Hint()


def hint_of_text(text: str) -> Hint:
    """For signals parked before keys were kept: a text with a dot and no space is a domain, all else a name."""
    domain = company_domain(text) if "." in text and " " not in text.strip() else ""
    return hint_of(domain=domain) if domain else hint_of(name=text.strip())

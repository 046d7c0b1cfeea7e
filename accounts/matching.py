"""How companies are recognised: the registrable domain and the normalised name (D2). Pure; never asks the network."""

import re
import unicodedata
from functools import lru_cache

import tldextract

from accounts.free_mail import FREE_MAIL

#: The packaged snapshot of the public suffix list, private suffixes (shop and page hosters) included.
_suffixes = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True, include_psl_private_domains=True
)
_icann = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)

_SCHEME = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:/*|//)", re.IGNORECASE)
_HOST = re.compile(r"^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$")
_MAIL = re.compile(r"^[^@\s]+@([^@\s]+)$")

#: Legal forms that say nothing about who it is; dropped from the end of a name.
LEGAL_FORMS = frozenset(
    """ab ag aps as asa bv bvba co company corp corporation cv eg eirl ek ev gbr gesmbh gmbh inc incorporated kft kg
    kgaa kk limited llc llp lp ltd ltda mbh nv ohg oy oyj plc pte pty sa sab sarl sas sasu sca se sl slu snc spa spz
    spzoo srl sro ug zoo""".split()
)
_NOT_WORD = re.compile(r"[^0-9a-z\u0080-\uffff]+")
_INNER_DOT = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_APOSTROPHE = re.compile(r"['’`´]")


def host_of(text: str) -> str:
    """The host of a URL, a bare host or an e-mail address, lower case; '' when there is none.

    `https://https://wbd.com` is what exports sometimes hold: a scheme is taken off as often as it stands there.
    """
    rest = text.strip().lower()
    if mail := _MAIL.match(rest.removeprefix("mailto:")):
        rest = mail.group(1)
    while (shorter := _SCHEME.sub("", rest, count=1)) != rest and not _is_port(rest):
        rest = shorter
    host = re.split(r"[/?#\\\s,;]", rest, maxsplit=1)[0].rpartition("@")[2].split(":")[0].strip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return host if len(host) <= 253 and _HOST.match(host) else ""


def _is_port(text: str) -> bool:
    """`shop.example:8080` only looks like a scheme."""
    return re.match(r"^[a-z0-9.-]+\.[a-z0-9-]+:\d", text) is not None


@lru_cache(maxsize=20_000)
def registrable_domain(url_or_email: str) -> str:
    """`https://www.stock.walmart.com` → `walmart.com`; '' when there is no domain in it.

    Names under an unknown top level (`.example`) count their last two labels.
    """
    host = host_of(url_or_email)
    if not host:
        return ""
    found = _suffixes(host)
    if found.suffix and found.domain:
        return f"{found.domain}.{found.suffix}"
    if found.suffix:
        wider = _icann(host)
        return f"{wider.domain}.{wider.suffix}" if wider.domain else ""
    return ".".join(host.split(".")[-2:])


def is_free_mail(domain: str) -> bool:
    """True for domains where anybody has a mailbox: they say nothing about the company."""
    return domain.strip().lower() in FREE_MAIL


def company_domain(url_or_email: str, name: str = "") -> str:
    """The registrable domain, unless it is a free-mail one that is not the company's own (`Yahoo`, yahoo.com)."""
    domain = registrable_domain(url_or_email)
    if is_free_mail(domain) and domain.split(".")[0] not in match_name(name).split():
        return ""
    return domain


@lru_cache(maxsize=20_000)
def match_name(name: str) -> str:
    """A name without accents, punctuation, `&`/and, a leading `the` and the legal form at its end; lower case.

    Never empty for a name that holds a letter or a digit.
    """
    text = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("&", " and ").lower())
    if not text.isascii():
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
        text = text.replace("ø", "o").replace("æ", "ae").replace("œ", "oe").replace("ł", "l").replace("đ", "d")
    text = _INNER_DOT.sub("", _APOSTROPHE.sub("", text))
    words = [word for word in _NOT_WORD.split(text) if word and word != "and"]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words = words[:-1]
    return (" ".join(words) or " ".join(name.lower().split()))[:255]

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
    """ab ag aktiengesellschaft aktiebolag aktieselskab aps as asa bhd bv bvba co company corp corporation cv doo
    dooel eg eirl ek eood eurl gbr gesellschaft gesmbh gmbh gmbhco inc incorporated incorporation ivs kft kg kgaa
    kk kommanditgesellschaft lda limitada limited limitee llc llp lp ltd ltda ltee mbh nv nyrt ohg ood oy oyj
    pjsc plc plt pte pty publ pvt sa sab saoc sapi sarl sas sasu sca scarl sce scrl sdnbhd se sgps sl slu snc spa spol
    spz spzoo sprl srl srls sro srp tbk ug unlimited zrt""".split()
)
#: The same, in several words or in front; `S. A.` and `A/S` have become single letters by then.
_LEGAL_PHRASES = (
    "gesellschaft mit beschrankter haftung", "societe par actions simplifiee", "societe anonyme", "s de rl de cv",
    "sa de cv", "sapi de cv", "s r o", "s p a", "s r l", "s a r l", "s l u", "d o o", "z o o", "sp z o o", "sp zoo",
    "sp z oo", "spolka z oo", "spol s r o", "spol sro", "g m b h", "n v", "b v", "s a", "a s", "a g", "k k", "s l",
    "k s", "s c a", "e v", "p l c", "l l c", "l t d", "pty ltd", "sdn bhd", "joint stock company",
    "public limited company",
    "sociedad anonima", "naamloze vennootschap", "besloten vennootschap", "kabushiki kaisha",
)  # fmt: skip
#: By their last word, longest first.
_LEGAL_ENDS: dict[str, list[tuple[str, ...]]] = {}
for _phrase in sorted((tuple(phrase.split()) for phrase in _LEGAL_PHRASES), key=len, reverse=True):
    _LEGAL_ENDS.setdefault(_phrase[-1], []).append(_phrase)
_LEGAL_FRONTS = frozenset("ooo oao zao pao pt cv tov firma".split())
_CJK_FORMS = re.compile("株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|㈜|㈱")
_CYRILLIC_FORMS = frozenset("ооо оао зао пао ао тов".split())
#: Words for “and”, which one writes and the other signs.
_ANDS = frozenset("and und et och og".split())
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
    """A name without accents, punctuation, `&`/and, a leading `the` and its legal form; lower case.

    Never empty for a name that holds a letter or a digit. It is stored: a changed rule needs a migration that
    refreshes `Account.match_name`, as accounts 0008 does.
    """
    text = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("&", " and ").replace("+", " and ").lower())
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(letter for letter in text if not "\u0300" <= letter <= "\u036f"))
        text = text.replace("ø", "o").replace("æ", "ae").replace("œ", "oe").replace("ł", "l").replace("đ", "d")
        text = _CJK_FORMS.sub(" ", text)
    text = _INNER_DOT.sub("", _APOSTROPHE.sub("", text))
    words = [word for word in _NOT_WORD.split(text) if word]
    words = [word for word in words if word not in _ANDS] or words
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    words = _without_legal_form(words)
    return (" ".join(words) or " ".join(name.lower().split()))[:255]


def _without_legal_form(words: list[str]) -> list[str]:
    """At least one word stays: a company may be called Limited."""
    if len(words) > 1 and (words[0] in _LEGAL_FRONTS or words[0] in _CYRILLIC_FORMS):
        words = words[1:]
    while len(words) > 1:
        phrases = _LEGAL_ENDS.get(words[-1], ())
        size = next((len(end) for end in phrases if len(words) > len(end) and tuple(words[-len(end) :]) == end), 0)
        if size:
            words = words[:-size]
        elif words[-1] in LEGAL_FORMS or words[-1] in _CYRILLIC_FORMS:
            words = words[:-1]
        else:
            break
    return words

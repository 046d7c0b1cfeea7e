"""A job title says how senior somebody is and where they work. Pure; tests hold the table of cases."""

import re
from functools import lru_cache

from accounts.choices import Department, Seniority

_NOT_WORD = re.compile(r"[^0-9a-zà-ÿ]+")


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


_ASSISTANT = _any(
    r"(?:executive |personal |vorstands)?assist[ae]nt[ae]?(?: of| to)?|pa to|ea to|secretary"
    r"|sekretär\w*|secrétaire|secretari[ao]|intern"
    r"|praktikant\w*|stagiaire|werkstudent\w*|trainee|apprentice|azubi|student"
)
_ASSISTANT_RANK = _any(
    r"assistant (?:vice president|vp|director|manager|general manager)" r"|assistant to the managing"
)
_C_LEVEL = _any(
    r"c[efoitmdprsh]o|cxo|ciso|cdao|cro|cco|cpo|cso|clo|cao|cko|cbo|chro|chief [\w ]*officer"
    r"|chief|chair(?:man|woman|person)?"
    r"|(?:co )?founder|owner|managing director|managing partner|geschäftsführer(?:in)?"
    r"|vorstand\w*|président\w*|pdg"
    r"|directeur général|directrice générale|director general|directora general|inhaber(?:in)?"
    r"|gründer(?:in)?|gérante?"
    r"|fondat(?:eur|rice)|fundador[a]?|consejer[oa] delegad[oa]|general manager|president"
)
_NOT_PRESIDENT = _any(
    r"vice|vp|vizepräsident\w*|vicepresident\w*|deputy|product owner|process owner"
    r"|system owner|data owner|asset owner|store owner"
)
_VP = _any(
    r"(?:s|e|a|r|g)?vp|(?:senior |executive |group |regional |assistant )?vice president"
    r"|vicepresident\w*|vizepräsident\w*|vice président\w*"
)
_DIRECTOR = _any(
    r"(?:senior )?director|directora|chief of staff|direct(?:eur|rice)|head|heads"
    r"|leiter(?:in)?|bereichsleiter(?:in)?|abteilungsleiter(?:in)?"
    r"|hauptabteilungsleiter(?:in)?|responsable|jefe|jefa|chef(?:fe)?|direktor(?:in)?"
    r"|principal|prokurist(?:in)?|dean|treasurer|controller|general counsel|partner"
)
_MANAGER = _any(
    r"(?:senior )?manager(?:in)?|managing editor|lead|leads|team ?lead(?:er)?"
    r"|teamleiter(?:in)?|gruppenleiter(?:in)?|supervisor|gerente"
    r"|gestionnaire|chef de projet|encargad[oa]|coordinador[a]?|product owner|foreman|superintendent"
)
_MANAGER_TEAM = _any(r"gruppenleiter(?:in)?|teamleiter(?:in)?|chef de projet|project lead")

_DEPARTMENTS: tuple[tuple[Department, re.Pattern[str]], ...] = (
    (
        Department.PROCUREMENT,
        _any(
            r"procure\w*|purchas\w*|buyer|sourcing|einkauf\w*|vendor\w*|supplier\w*|achats?|compras"
            r"|cpo|category manager|supply chain"
        ),
    ),
    (
        Department.HR,
        _any(
            r"hr|chro|human resources?|people|talent|personal(?:wesen|leiter\w*|abteilung)|recruit\w*"
            r"|ressources humaines|recursos humanos|rrhh|rh|learning"
        ),
    ),
    (
        Department.LEGAL,
        _any(r"legal|counsel|attorney|lawyer|compliance|recht\w*|jurist\w*|juridique|clo|privacy" r"|data protection"),
    ),
    (
        Department.FINANCE,
        _any(
            r"financ\w*|cfo|account(?:ing|ant|s)|controll\w*|treasur\w*|tax|audit\w*|finanz\w*"
            r"|buchhalt\w*|comptab\w*|investor relations|bookkeep\w*"
        ),
    ),
    (
        Department.MARKETING,
        _any(
            r"marketing|cmo|brand\w*|communications?|demand gen\w*|content|pr|public relations"
            r"|mercadotecnia|kommunikation|seo|growth"
        ),
    ),
    (
        Department.SALES,
        _any(
            r"sales|revenue|cro|business development|account (?:executive|manager|director)"
            r"|vertrieb\w*|verkauf\w*|ventes?|ventas|commercial\w*|bdr|sdr|customer success"
        ),
    ),
    (
        Department.IT,
        _any(
            r"it|i t|cio|ciso|information (?:technology|systems?|security|officer)|infrastructure"
            r"|systems? admin\w*|security|cyber\w*|data|network\w*|informatique|informática|edv|cdo"
            r"|helpdesk|digital|salesforce|applications?"
        ),
    ),
    (
        Department.ENGINEERING,
        _any(
            r"engineer\w*|cto|r d|research|develop(?:er|ment)|software|technical|technolog\w*|product"
            r"|architect\w*|entwickl\w*|technik\w*|technique|ingeni\w*|qa"
        ),
    ),
    (
        Department.OPERATIONS,
        _any(
            r"operat\w*|coo|logisti\w*|manufactur\w*|plant|production|facilit\w*|quality|maintenance"
            r"|betrieb\w*|produktion\w*|opérations?|operaciones|warehouse|transport\w*|project|program"
            r"|administra\w*|process"
        ),
    ),
    (
        Department.EXECUTIVE,
        _any(
            r"ceo|chief executive|(?:co )?founder|owner|chair\w*|president|managing director"
            r"|managing partner|general manager|geschäftsführer\w*|vorstand\w*|pdg|board|inhaber\w*"
            r"|director general|directeur général"
        ),
    ),
)
_TOP = _any(
    r"ceo|chief executive(?: officer)?|(?:co )?founder|chair(?:man|woman|person)?"
    r"|managing director|geschäftsführer(?:in)?|pdg"
)


def _plain(title: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", title.lower()).split())


@lru_cache(maxsize=20_000)
def seniority_of(title: str) -> str:
    """`SVP, Procurement` → vp; `Assistant to the CEO` → other; '' for an empty title."""
    text = _plain(title)
    if not text:
        return Seniority.UNKNOWN
    if _ASSISTANT.search(text) and not _ASSISTANT_RANK.search(text):
        return Seniority.OTHER
    own = re.split(r"\b(?:to the|reporting to|office of the|for the)\b", text)[0] or text
    if _VP.search(own):
        return Seniority.VP
    if _C_LEVEL.search(own) and not _NOT_PRESIDENT.search(own) and "chief of staff" not in own:
        return Seniority.C_LEVEL
    if _MANAGER_TEAM.search(own):
        return Seniority.MANAGER
    if _DIRECTOR.search(own):
        return Seniority.DIRECTOR
    return Seniority.MANAGER if _MANAGER.search(own) else Seniority.OTHER


@lru_cache(maxsize=20_000)
def department_of(title: str, said: str = "") -> str:
    """The department from the file's own column where it says something, else from the title."""
    for source in (said, title):
        text = _plain(source)
        if not text:
            continue
        if _TOP.search(text):
            return Department.EXECUTIVE
        found = next((department for department, pattern in _DEPARTMENTS if pattern.search(text)), None)
        if found:
            return found
    return Department.OTHER if _plain(said) or _plain(title) else Department.UNKNOWN


def seniority_from(level: str, title: str) -> str:
    """`level` is the file's own word for it (`C-Level`, `VP-Level`, `Non-Manager`); the title decides without one."""
    text = _plain(level)
    if not text:
        return seniority_of(title)
    if re.search(r"\b(c level|c suite|cxo|board|owner|founder|partner|executive)\b", text):
        return Seniority.C_LEVEL
    if re.search(r"\b(non|entry|senior|individual|junior|staff|intern)\b", text) and not re.search(
        r"\b(vp|director)\b", text
    ):
        return Seniority.OTHER
    if re.search(r"\b(vp|vice)\b", text):
        return Seniority.VP
    if re.search(r"\b(director|head)\b", text):
        return Seniority.DIRECTOR
    if re.search(r"\b(manager|lead)\b", text):
        return Seniority.MANAGER
    return seniority_of(title) if title.strip() else Seniority.OTHER

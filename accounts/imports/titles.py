"""A job title says how senior somebody is and where they work. Pure; tests hold the table of cases."""

import re
import unicodedata
from functools import lru_cache

from accounts.choices import Department, Seniority

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")


def _any(pattern: str) -> re.Pattern[str]:
    """Words as `_plain` leaves them: lower case, without accents; `a|ae` where Germans write either."""
    return re.compile(rf"\b(?:{pattern})\b")


#: Who serves somebody else's rank, or had one.
_NO_RANK = _any(
    r"\w*assist[ae]n[tz]\w*|pa to|ea to|\w*sekret(?:a|ae)r\w*|secretary|secretaire|secretari[ao]"
    r"|attachee? de direction"
    r"|intern|interns|praktikant\w*|stagiaire|alternante?|werkstudent\w*|trainee|apprentice|azubi|student|becari[ao]"
    r"|\w*referent(?:in)?|\w*referentin|sachbearbeiter\w*|former|formerly|ex|retired|ehemalige?r?|ancien(?:ne)?"
)
_RANK_AFTER_ALL = _any(
    r"(?:executive |associate )?assistant (?:vice president|vp|director|manager|general manager|controller|treasurer)"
    r"|secretary general|secretaire generale?|assistenz(?:arzt|professor)"
)
#: `Advisor to the CEO`, `Office of the CFO`: what follows is another's rank.
_ANOTHERS = re.compile(
    r"\b(?:reporting to|office of|to the|for the|buro des|cabinet d[ue]|"
    r"to (?=c[a-z]{1,3}o\b|chief|president|managing|board|chair|vp|svp|evp|vice|head|director))\b"
)
_C_LEVEL = _any(
    r"c[a-z]o|cx[oq]|chro|ciso|cdao|cpto|c level|chief (?:[a-z]+ ){1,4}officers?|chief executive|(?:co "
    r"|mit)?(?:founder|gr(?:u|ue)nder(?:in)?)"
    r"|chair(?:man|woman|person)?(?: of the board)?|owner|managing (?:director|partner)|board (?:member"
    r"|director)|member of the board"
    r"|gesch(?:a|ae)ftsf(?:u|ue)hr\w*|gesch(?:a|ae)ftsleit\w*|\w*vorst(?:a|ae)nd\w*|inhaber(?:in)?|pdg|dg|gerante?"
    r"|president(?:e|a|in)?|directeur general|directrice generale|directora? general|gerente general"
    r"|fondat(?:eur|rice)"
    r"|fundadora?|consejer[oa] delegad[oa]|socio director|general manager|amministratore delegato|daglig leder"
    r"|administrerende direktor|verkstallande direktor|algemeen directeur"
)
#: Three letters from C to O that are a chief's.
_CHIEFS = frozenset(
    {
        "cfo",
        "cto",
        "ceo",
        "coo",
        "cio",
        "cmo",
        "cpo",
        "cro",
        "cso",
        "cco",
        "cdo",
        "clo",
        "cao",
        "cgo",
        "cno",
        "cko",
        "cbo",
        "cho",
        "cvo",
    }
)
_CHIEF_OF_WORK = _any(
    r"chief (?:of staff|(?:[a-z]+ )?(?:accountant|architect|buyer|chemist|clerk|designer|developer|economist"
    r"|editor|engineer"
    r"|estimator|inspector|nurse|pilot|scientist|surveyor|technician))"
)
_NOT_OWNER = _any(r"(?:product|process|system|data|asset|store|service|risk|budget|solution|application) owner")
_DEPUTY = _any(
    r"deputy|vice|assistant|associate|stellvertretende[rs]?|stv|stellv|adjointe?|subdirector|viceadministrerende|dga"
)
_VP = _any(
    r"(?:s|e|a|r|g|f|i)?vp|(?:[a-z]+ )?vice president(?:e|a)?|vicepresident\w*|vizepr(?:a|ae)sident\w*"
    r"|vice presidente?|dga"
)
_MANAGER_TEAM = _any(
    r"(?:gruppen|team|projekt|schicht|filial|bau|markt|objekt|touren|produkt)leit(?:er|erin|ung)"
    r"|team ?lead(?:er)?|project lead(?:er)?"
    r"|chef(?:fe)? (?:de |d )?(?:projets?|produits?|equipe|zone|marche|secteur|publicite|rayon|chantier|atelier"
    r"|groupe)"
    r"|jef[ea] de (?:proyectos?|equipo|producto|zona|turno|obra|grupo)"
)
_DIRECTOR = _any(
    r"director|directora|subdirectora?|direct(?:eur|rice)|direttore|direttrice|direktor(?:in)?"
    r"|\w*direktor(?:in)?|head|heads"
    r"|\w*leiter(?:in)?|leitung|leitende[rs]?|\w*chef(?:in|fe)?|responsab(?:le|ile)|jef[ea]|prokurist(?:in)?"
    r"|dean|treasurer"
    r"|controller|comptroller|general counsel|secretary general|secretaire generale?|dsi|drh|daf|tresoriere?"
    r"|chief of staff"
    r"|principal(?! (?:[a-z]+ )?(?:engineer|consultant|architect|developer|scientist|software|analyst|designer"
    r"|product))"
)
_PARTNER = re.compile(
    r"^(?:(?:senior|equity|general|founding|audit|tax|law|associate) )?partner\b"
    r"(?! (?:manager|success|marketing|sales|account|development|relations|programs?|enablement))"
)
_MANAGER = _any(
    r"\w*manager(?:in)?|mgr|managing editor|lead(?! (?:generation|gen|nurturing|qualification))|leads|leader"
    r"|team ?lead(?:er)?"
    r"|supervisor|gerente|gestionnaire|encargad[oa]|coordinadora?|foreman|superintendent|product owner"
    r"|meister(?:in)?|capo"
)

_DEPARTMENTS: tuple[tuple[Department, re.Pattern[str]], ...] = (
    (
        Department.PROCUREMENT,
        _any(
            r"procure\w*|purchas\w*|buyer|sourcing|\w*eink(?:a|ae)uf\w*|vendor\w*|supplier\w*|achats?|achet\w*"
            r"|compras"
            r"|comprador[ae]?|cpo|category manager|supply chain|inkoop\w*|inkoper|innkjop\w*|acquisti|beschaffung\w*"
        ),
    ),
    (
        Department.HR,
        _any(
            r"hr|chro|human resources?|human capital|people|talent|recruit\w*|ressources humaines"
            r"|recursos humanos|rrhh|rh|drh"
            r"|personal(?:wesen|leit\w*|abteilung|referent\w*|chef\w*|management|entwickl\w*|vorstand)|learning"
            r"|payroll"
        ),
    ),
    (
        Department.LEGAL,
        _any(
            r"legal|counsel|attorney|lawyer|compliance|recht\w*|jurist\w*|justi[zt]iar\w*|syndik\w*|juridique"
            r"|juridic[oa]"
            r"|clo|privacy|data protection|datenschutz\w*|avocate?|abogad[oa]"
        ),
    ),
    (
        Department.FINANCE,
        _any(
            r"\w*financ\w*|finanz\w*|cfo|daf|account(?:ing|ant|ants|s)|controll\w*|controleu\w*|comptroller"
            r"|treasur\w*|tresor\w*"
            r"|tax|audit\w*|\w*buchhalt\w*|comptab\w*|contab\w*|contador\w*|kaufm(?:a|ae)nnisch\w*|investor relations"
            r"|bookkeep\w*|steuer\w*"
        ),
    ),
    (
        Department.MARKETING,
        _any(
            r"\w*marketing|cmo|brand\w*|communications?|demand gen\w*|content|pr|public relations|mercadotecnia"
            r"|kommunikation\w*|seo|growth|webmarketing|werbung"
        ),
    ),
    (
        Department.SALES,
        _any(
            r"sales|revenue|cro|business development|account (?:executive|manager|director)|\w*vertrieb\w*"
            r"|\w*verkauf\w*"
            r"|ventes?|ventas|commercial\w*|comercial\w*|bdr|sdr|customer success|customer officer|verkoop|vendite"
            r"|aussendienst\w*|pre ?sales|partnerships?|channel|vendedor\w*"
        ),
    ),
    (
        Department.IT,
        _any(
            r"it|i t|cio|ciso|dsi|information (?:technology|systems?|security|officer)|informationstech\w*"
            r"|systemes? d information"
            r"|infrastructure|systems? admin\w*|sysadmin|security|cyber\w*|data|network\w*|informatique"
            r"|informatic[oa]|edv|cdo"
            r"|helpdesk|help desk|digital\w*|salesforce|applications?|business intelligence|bi|sistemas"
        ),
    ),
    (
        Department.ENGINEERING,
        _any(
            r"engineer\w*|cto|r d|research|develop(?:er|ers|ment)|software|technical|technolog\w*|tecnolog\w*"
            r"|product|products"
            r"|\w*architect\w*|\w*entwickl\w*|technik\w*|technisch\w*|technique|tecnic[oa]|ingeni\w*"
            r"|ingenieur\w*|qa|programmer"
            r"|konstrukt\w*|devops|developpeu\w*|desarroll\w*|innovation"
        ),
    ),
    (
        Department.OPERATIONS,
        _any(
            r"operat\w*|operacion\w*|coo|\w*logisti\w*|manufactur\w*|plant|production|facilit\w*|quality"
            r"|qualite|calidad"
            r"|maintenance|betrieb\w*|\w*produktion\w*|produccion|operations?|warehouse|transport\w*|project\w*"
            r"|projekt\w*"
            r"|projets?|proyectos?|program|programme|administra\w*|process|wer(?:k|ks)leit\w*|lager\w*|usine"
            r"|fleet|health and safety"
            r"|ehs|qualit(?:a|ae)t\w*"
        ),
    ),
    (
        Department.EXECUTIVE,
        _any(
            r"ceo|chief executive|(?:co )?founder|owner|chair\w*|president\w*|vicepresident\w*|vizepr(?:a"
            r"|ae)sident\w*"
            r"|managing (?:director|partner)|general manager|gesch(?:a|ae)ftsf(?:u|ue)hrer\w*|gesch(?:a"
            r"|ae)ftsf(?:u|ue)hrend\w*"
            r"|gesch(?:a|ae)ftsleit\w*|vorst(?:a|ae)nd\w*|pdg|dg|dga|board|inhaber\w*|directora? general"
            r"|directeur general"
            r"|directrice generale|gerente general|consejer[oa] delegad[oa]|gerante?|fondat\w*|fundadora?"
            r"|(?:mit)?gr(?:u|ue)nder\w*"
            r"|socio director|amministratore delegato|daglig leder"
        ),
    ),
)
_TOP = _any(
    r"ceo|chief executive(?: officer)?|(?:co )?founder|chair(?:man|woman|person)?"
    r"|managing director|gesch(?:a|ae)ftsf(?:u|ue)hrer(?:in)?|pdg"
)


def _plain(title: str) -> str:
    """Lower case letters of English and digits, one blank between words; `C.E.O.` is one word."""
    text = title.lower().replace("ß", "ss").replace("ø", "o").replace("æ", "ae")
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(_NOT_WORD.sub(" ", _DOTTED.sub("", text)).split())


@lru_cache(maxsize=20_000)
def seniority_of(title: str) -> str:
    """`SVP, Procurement` → vp; `Assistant to the CEO` → other; '' for an empty title. The highest rank counts."""
    text = _plain(title)
    if not text:
        return Seniority.UNKNOWN
    if _NO_RANK.search(text) and not _RANK_AFTER_ALL.search(text):
        return Seniority.OTHER
    own = _ANOTHERS.split(text)[0].strip()
    if not own:
        return Seniority.OTHER
    if _is_chief(own):
        return Seniority.VP if _DEPUTY.search(own) else Seniority.C_LEVEL
    if _VP.search(own):
        return Seniority.VP
    if _MANAGER_TEAM.search(own):
        return Seniority.MANAGER
    if _DIRECTOR.search(own) or _CHIEF_OF_WORK.search(own) or _PARTNER.search(own):
        return Seniority.DIRECTOR
    return Seniority.MANAGER if _MANAGER.search(own) else Seniority.OTHER


def _is_chief(own: str) -> bool:
    """Whether a C-level rank stands there, once vice presidents and owners of products are taken away."""
    rest = _CHIEF_OF_WORK.sub(" ", _NOT_OWNER.sub(" ", _VP.sub(" ", own)))
    return any(len(word) != 3 or word[0] != "c" or word in _CHIEFS for word in _C_LEVEL.findall(rest))


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

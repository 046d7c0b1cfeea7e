"""The words that CRMs use for stages, kinds of deal, kinds of signal and of customer. Pure; '' means not known."""

import re

from accounts.choices import AccountStatus, OpportunityType, Outcome, SignalKind

_NOT_WORD = re.compile(r"[^0-9a-zà-ÿ]+")


def words(text: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", text.lower()).split())


_LOST = re.compile(
    r"\b(lost|loss|disqualified|dead|abandoned|rejected|declined|cancell?ed|no deal|omitted"
    r"|verloren|perdue?|perdid[ao])\b"
)
_WON = re.compile(r"\b(won|win|signed|gewonnen|gagnée?|ganad[ao]|closed customer)\b")
_NOT_WON = re.compile(r"\b(not|never|un)\b|\bwin (plan|back|probability)\b")
_OPEN = re.compile(
    r"\b(prospect\w*|engag\w*|qualif\w*|discover\w*|propos\w*|negotiat\w*|demo|open|new|lead"
    r"|pipeline|best case|commit"
    r"|needs?|analysis|value|quote|contract\w*|id|decision\w*|perception|presentation"
    r"|appointment|meeting|evaluat\w*"
    r"|in progress|review|verbal|trial|pilot|scheduled|bought|develop|contact\w*|nurtur\w*"
    r"|stage|offen|angebot)\b"
)


def outcome_of(stage: str) -> str:
    """`Closed Won` → won; '' when the words say nothing."""
    text = words(stage).replace("closedwon", "closed won").replace("closedlost", "closed lost")
    if _LOST.search(text) or re.search(r"\bnot won\b", text):
        return Outcome.LOST
    if _WON.search(text) and not _NOT_WON.search(text):
        return Outcome.WON
    return Outcome.OPEN if _OPEN.search(text) else ""


def type_of(text: str) -> str:
    said = words(text)
    if re.search(r"\brenew\w*", said):
        return OpportunityType.RENEWAL
    if re.search(r"\b(expan\w*|upsell|up sell|cross sell|upgrade|add on|existing|replacement|downgrade)\b", said):
        return OpportunityType.EXPANSION
    return OpportunityType.NEW if re.search(r"\bnew\b|\bneu", said) else ""


def status_of(text: str) -> str:
    said = words(text)
    if re.search(r"\b(former|churn\w*|ex|past|inactive|lost|cancell?ed|previous)\b", said):
        return AccountStatus.FORMER
    if re.search(r"\b(customer|client|kunde|active|evangelist)\b", said) and not re.search(r"\b(not|non|no)\b", said):
        return AccountStatus.CUSTOMER
    if re.search(r"\b(prospect\w*|target|lead|suspect|opportunity|new|not|non|subscriber|interessent)\b", said):
        return AccountStatus.PROSPECT
    return ""


_SIGNALS: tuple[tuple[str, SignalKind], ...] = (
    (
        r"\b(demo|contact (us|request|form|sales)|trial|request\w* (a )?(quote|pricing|call)" r"|hand ?raise\w*)\b",
        SignalKind.DEMO_REQUEST,
    ),
    (r"\b(job|jobs|hiring|vacanc\w*|career\w* post\w*)\b", SignalKind.JOB_POSTING),
    (r"\b(intent|surge|surging|research\w*)\b", SignalKind.INTENT),
    (r"\b(linkedin|social)\b", SignalKind.LINKEDIN),
    (r"\b(webinar|event|conference|roundtable|workshop|seminar)\b", SignalKind.WEBINAR),
    (r"\b(download\w*|ebook|e book|white ?paper|asset|content|pdf|guide)\b", SignalKind.DOWNLOAD),
    (r"\b(repl\w*|responded|response|answered)\b", SignalKind.REPLY),
    (r"\b(ad|ads|advert\w*|banner|campaign click|click|clicked)\b", SignalKind.AD_CLICK),
    (r"\b(meeting|call|appointment|met|visit (on|at) site|lunch|workshop)\b", SignalKind.MEETING),
    (r"\b(visit\w*|page ?views?|website|web|site|session|pricing page|view\w*)\b", SignalKind.SITE_VISIT),
)


def signal_of(text: str) -> str:
    """Our own key, our label, or the words that others use."""
    key = "_".join(words(text).split())
    if key in SignalKind.values:
        return SignalKind(key).value
    said = words(text)
    return next((kind.value for pattern, kind in _SIGNALS if re.search(pattern, said)), "")

"""Closed lists of the account side."""

from django.db import models


class AccountStatus(models.TextChoices):
    PROSPECT = "prospect", "Prospect"
    CUSTOMER = "customer", "Customer"
    FORMER = "former", "Former customer"


class Closure(models.TextChoices):
    """Why an account can hold no tier any more (A8)."""

    NONE = "", "–"
    ACQUIRED = "acquired", "Acquired"
    CLOSED = "closed", "Closed down"
    DO_NOT_CONTACT = "do_not_contact", "Asked not to be contacted"


class Seniority(models.TextChoices):
    C_LEVEL = "c_level", "C-level"
    VP = "vp", "VP"
    DIRECTOR = "director", "Director"
    MANAGER = "manager", "Manager"
    OTHER = "other", "Other"
    UNKNOWN = "", "Unknown"


class Department(models.TextChoices):
    EXECUTIVE = "executive", "Executive"
    FINANCE = "finance", "Finance"
    IT = "it", "IT"
    OPERATIONS = "operations", "Operations"
    PROCUREMENT = "procurement", "Procurement"
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    HR = "hr", "People"
    LEGAL = "legal", "Legal"
    ENGINEERING = "engineering", "Engineering"
    OTHER = "other", "Other"
    UNKNOWN = "", "Unknown"


class BuyingRole(models.TextChoices):
    UNKNOWN = "", "Unknown"
    DECIDER = "decider", "Decision maker"
    BUDGET = "budget", "Budget holder"
    CHAMPION = "champion", "Champion"
    INFLUENCER = "influencer", "Influencer"
    USER = "user", "User"
    BLOCKER = "blocker", "Blocker"


class Strength(models.IntegerChoices):
    """How well a contact is known (S5)."""

    NONE = 0, "None"
    AWARE = 1, "Aware"
    MET = 2, "Met"
    KNOWN = 3, "Known"
    TRUSTED = 4, "Trusted"


class OpportunityType(models.TextChoices):
    NEW = "new", "New"
    EXPANSION = "expansion", "Expansion"
    RENEWAL = "renewal", "Renewal"
    UNKNOWN = "", "Unknown"


class Outcome(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class SignalKind(models.TextChoices):
    SITE_VISIT = "site_visit", "Site visit"
    DOWNLOAD = "download", "Download"
    WEBINAR = "webinar", "Webinar"
    AD_CLICK = "ad_click", "Ad click"
    LINKEDIN = "linkedin", "LinkedIn engagement"
    JOB_POSTING = "job_posting", "Job posting"
    INTENT = "intent", "Intent topic"
    REPLY = "reply", "Reply"
    MEETING = "meeting", "Meeting"
    DEMO_REQUEST = "demo_request", "Demo request"


#: Signals of an account rather than of a person: two sources count as a second person (S4).
ACCOUNT_LEVEL_SIGNALS = frozenset({SignalKind.INTENT, SignalKind.JOB_POSTING})
#: Hand-raises add above the corroboration ceiling (S4).
HAND_RAISES = frozenset({SignalKind.DEMO_REQUEST, SignalKind.MEETING, SignalKind.REPLY})


class TieKind(models.TextChoices):
    FORMER_CLIENT = "former_client", "Former client moved here"
    REFERRAL = "referral", "Referral"
    EVENT = "event", "Event"
    EXECUTIVE_SPONSOR = "executive_sponsor", "Executive sponsor"


class DossierSection(models.TextChoices):
    """What a dossier tells of an account; the labels are headings."""

    PRIORITY = "priority", "Priorities"
    INITIATIVE = "initiative", "Initiatives"
    PAIN = "pain", "Pains"
    COMPETITOR = "competitor", "Competitors"
    LANDSCAPE = "landscape", "Landscape"


class ImportKind(models.TextChoices):
    ACCOUNTS = "accounts", "Accounts"
    CONTACTS = "contacts", "Contacts"
    OPPORTUNITIES = "opportunities", "Opportunities"
    SIGNALS = "signals", "Signals"


class ImportStage(models.TextChoices):
    MAPPING = "mapping", "Choosing columns"
    DRY_RUN = "dry_run", "Trying"
    REVIEW = "review", "Ready to apply"
    APPLY = "apply", "Applying"
    APPLIED = "applied", "Applied"
    UNUSABLE = "unusable", "Cannot be used"
    CANCELLED = "cancelled", "Cancelled"
    UNDO_LOOK = "undo_look", "Looking at what undoing would do"
    UNDO_READY = "undo_ready", "Undo waits for your word"
    UNDO = "undo", "Undoing"
    UNDONE = "undone", "Undone"


class RowVerdict(models.TextChoices):
    """What an import would do, or did, with one row of the file."""

    CREATE = "create", "Created"
    UPDATE = "update", "Updated"
    UNCHANGED = "unchanged", "Unchanged"
    CONFLICT = "conflict", "Conflict"
    ERROR = "error", "Error"
    SKIP = "skip", "Skipped"


class ImportDecision(models.TextChoices):
    """What a person said about a row that could mean several records, or none for sure."""

    PICK = "pick", "This one"
    NEW = "new", "Make a new one"
    NONE = "none", "Without an account"
    SKIP = "skip", "Leave it out"


class AttributeKind(models.TextChoices):
    """What a custom attribute of accounts holds."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    FLAG = "flag", "Yes or no"
    DATE = "date", "Date"
    CHOICE = "choice", "One of a few words"


class ChangeSource(models.TextChoices):
    """Where a dated fact came from."""

    IMPORT = "import", "Import"
    HAND = "hand", "By hand"
    API = "api", "API"
    DEMO = "demo", "Demo"


class AliasKind(models.TextChoices):
    """What an account is also known by."""

    DOMAIN = "domain", "Domain"
    NAME = "name", "Name"
    ID = "id", "Id in a source"
    EMAIL = "email", "Person's address"


class PairState(models.TextChoices):
    """Two accounts that look alike: to be decided, or said to be two."""

    OPEN = "open", "To decide"
    DISMISSED = "dismissed", "Not the same"

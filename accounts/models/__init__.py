"""Accounts and what is known of them, dated where it must be read as of a day."""

from accounts.models.account import Account, AccountFollowing, PotentialEntry, RescoreMark
from accounts.models.aliases import AccountAlias
from accounts.models.buying import BuyingCenter, BuyingCenterValue, Judgement
from accounts.models.checklist import ChecklistItem
from accounts.models.cluster import Cluster, ClusterMembership
from accounts.models.contact import Contact, ContactStrength, Tie
from accounts.models.custom import CustomAttribute
from accounts.models.dossier import DossierEntry, DossierVersion
from accounts.models.duplicates import AccountMerge, DuplicatePair, DuplicateScan, MergedRecord
from accounts.models.import_memory import ImportChoice, ImportMapping, ImportWord
from accounts.models.imports import ImportChange, ImportJob, ImportKept, ImportRow
from accounts.models.opportunity import Opportunity, OpportunityChange
from accounts.models.quality import DataTask, FactCheck
from accounts.models.segment import Segment
from accounts.models.signal import Signal

__all__ = [
    "Account",
    "AccountAlias",
    "AccountFollowing",
    "AccountMerge",
    "BuyingCenter",
    "BuyingCenterValue",
    "ChecklistItem",
    "Cluster",
    "ClusterMembership",
    "Contact",
    "ContactStrength",
    "CustomAttribute",
    "DataTask",
    "DossierEntry",
    "DossierVersion",
    "DuplicatePair",
    "DuplicateScan",
    "FactCheck",
    "ImportChange",
    "ImportChoice",
    "ImportJob",
    "ImportKept",
    "ImportMapping",
    "ImportRow",
    "ImportWord",
    "Judgement",
    "MergedRecord",
    "Opportunity",
    "OpportunityChange",
    "PotentialEntry",
    "RescoreMark",
    "Segment",
    "Signal",
    "Tie",
]

"""Closed lists of the capacity side."""

from django.db import models


class Category(models.TextChoices):
    RESEARCH = "research", "Research"
    CONTENT = "content", "Content"
    PROGRAM = "program", "Program"
    ATTENTION = "attention", "Attention"
    ADVERTISING = "advertising", "Advertising"
    EVENT = "event", "Event"
    EXECUTIVE = "executive", "Executive"


class Per(models.TextChoices):
    ACCOUNT = "account", "Each account"
    CLUSTER = "cluster", "Each cluster (shared)"


class DeliveryState(models.TextChoices):
    DUE = "due", "Due"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Skipped"
    CANCELLED = "cancelled", "Cancelled"

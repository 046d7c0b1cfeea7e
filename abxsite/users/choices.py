"""Closed lists of the people side."""

from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    MARKETER = "marketer", "Marketer"
    REP = "rep", "Sales rep"
    MANAGER = "manager", "Sales manager"
    LEADER = "leader", "Leader"


#: Who sees every account (DESIGN §4, People).
SEES_ALL = frozenset({Role.ADMIN, Role.MARKETER, Role.LEADER})


class Theme(models.TextChoices):
    SYSTEM = "system", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"

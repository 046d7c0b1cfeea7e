"""The content that a cluster needs: what is to be made once for all of its accounts."""

from django.db import models

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models.cluster import Cluster


class ChecklistItem(models.Model):
    """One piece of work for a cluster; done by somebody at some time, or still to do."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="items", db_index=False)
    name = models.CharField(max_length=120)
    place = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "name"],
                name="checklist_item_once",
                violation_error_message="This is on the list already.",
            ),
        ]
        indexes = [models.Index(fields=["cluster", "place"], name="checklist_order")]

    def __str__(self) -> str:
        return self.name

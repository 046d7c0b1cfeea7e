"""What the bulk bar asks before it acts, for those who may."""

from dataclasses import dataclass

from django import forms

from abxsite.lib import clock
from abxsite.users.models import User
from accounts import policies
from accounts.choices import SignalKind
from accounts.forms import BulkClusterForm, OwnerForm


class BulkSignalForm(forms.Form):
    """The same observation at many accounts: who came to a webinar, say."""

    kind = forms.ChoiceField(choices=SignalKind, label="What was seen")
    on = forms.DateField(initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}), label="When")
    topic = forms.CharField(max_length=200, required=False, label="What about")


@dataclass(frozen=True)
class BulkForms:
    """None where the person may not, or where there is nothing to choose."""

    owner: OwnerForm | None
    cluster: BulkClusterForm | None
    signal: BulkSignalForm | None


def bulk_forms(user: User) -> BulkForms:
    cluster = BulkClusterForm(auto_id="bulk_%s") if policies.may_cluster(user) else None
    if cluster and not cluster.fields["cluster"].queryset.exists():  # type: ignore[attr-defined]
        cluster = None
    return BulkForms(
        owner=OwnerForm(auto_id="bulk_%s") if policies.may_assign(user) else None,
        cluster=cluster,
        signal=BulkSignalForm(auto_id="bulk_signal_%s") if policies.may_create(user) else None,
    )

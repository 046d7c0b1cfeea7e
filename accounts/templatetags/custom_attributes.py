"""The workspace's own attributes of an account, for its page."""

from django import template

from accounts.models import Account
from accounts.services.custom_attributes import AttributeValue, values_of

register = template.Library()


@register.simple_tag
def own_attributes(account: Account) -> list[AttributeValue]:
    """{% own_attributes account as own %}: those in use and known, by name."""
    return values_of(account)

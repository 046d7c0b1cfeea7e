"""The link by which an invited person sets a password, and the mail that brings it."""

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.urls import reverse

from abxsite.users.models import User


def password_path(user: User) -> str:
    """Works once, and as long as a password reset does."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def send_invitation(*, user: User, link: str, invited_by: str) -> None:
    """`link` is the whole address."""
    send_mail(
        "Your invitation to abxsite",
        f"Hello {user.person.first_name},\n\n{invited_by} invites you to abxsite. Set your password here:\n\n{link}\n\n"
        "The link works once.\n",
        None,
        [user.email],
    )

"""`manage.py demo_logins`: one login per role, while the demo's people are there."""

from typing import Any

from django.core.management.base import BaseCommand

from abxsite.desk.demo.cast import PASSWORD, SHOWN, address
from abxsite.users.models import User


class Command(BaseCommand):
    help = "Print one login per role of the demo workspace."

    def handle(self, *args: Any, **options: Any) -> None:
        for login in SHOWN:
            user = User.objects.filter(email=address(login), is_active=True).first()
            if user is not None and user.check_password(PASSWORD):
                self.stdout.write(f"{user.role_names:<14} {user.email:<28} {PASSWORD}")

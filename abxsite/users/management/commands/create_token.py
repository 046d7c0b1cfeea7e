"""`manage.py create_token`: an API token for somebody, printed once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from abxsite.users.models import User
from abxsite.users.services.tokens import SCOPES, create_token


class Command(BaseCommand):
    help = "An API token for a person with a login; it is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--label", default="Made by command")
        parser.add_argument("--days", type=int, default=90, help="how long it works; 0 is until it is revoked")
        parser.add_argument("--write", action="store_true", help="may write too")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody logs in as {options['email']}.")
        if options["days"] < 0:
            raise CommandError("A token works for some days, or 0 for ever.")
        scopes = SCOPES if options["write"] else SCOPES[:1]
        token, value = create_token(
            actor=None, user=user, label=options["label"], days=options["days"] or None, scopes=scopes
        )
        expires = token.expires_at.isoformat() if token.expires_at else None
        if options["json"]:
            told = {"token": value, "email": user.email, "label": token.label, "scopes": token.scopes}
            self.stdout.write(json.dumps(told | {"expires_at": expires}))
        else:
            self.stdout.write(value)

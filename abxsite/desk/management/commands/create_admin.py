"""`manage.py create_admin`: the first login of a workspace, without a browser."""

import getpass
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from abxsite.desk.first_run import begin_workspace
from abxsite.lib.errors import DomainError


class Command(BaseCommand):
    help = "The first admin of an empty workspace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--password-file", type=Path, help="its first line is the password; else it is asked for")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        password = self._password(options["password_file"])
        try:
            validate_password(password)
            user = begin_workspace(name=options["name"] or email.split("@")[0], email=email, password=password)
        except (DomainError, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        told = {"email": user.email, "roles": user.roles}
        self.stdout.write(json.dumps(told) if options["json"] else f"{user.email} can log in.")

    def _password(self, file: Path | None) -> str:
        if file is not None:
            try:
                return (file.read_text().splitlines() or [""])[0].strip()
            except OSError as error:
                raise CommandError(f"The password file cannot be read: {error.strerror}.") from error
        if not sys.stdin.isatty():
            return sys.stdin.readline().strip()
        return getpass.getpass("Password: ")

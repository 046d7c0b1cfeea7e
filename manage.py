"""Django's command line, with the embedded servers behind it when no DATABASE_URL is set."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abxsite.settings")
    from django.core.management import execute_from_command_line

    from abxsite.embedded import EmbeddedError, ensure_running

    quiet = {"makemigrations", "check", "collectstatic", "help", "--help", "--version", "test"}
    try:
        if len(sys.argv) > 1 and sys.argv[1] not in quiet:
            ensure_running()
        execute_from_command_line(sys.argv)
    except EmbeddedError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()

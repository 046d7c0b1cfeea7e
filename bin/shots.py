"""Screenshots of every page of tests/e2e/pages.py, at 1440 light, 1440 dark and 390, into var/shots/.

Beside the pictures it prints what the browser and axe complain about, and ends with 1 when anything does.
Without --url it serves a demo workspace of its own (kept in var/shots-data, loaded at the first run); with
--url it looks at a server that runs on this machine's ABX_DATA. Nobody types a password: sessions are made here.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Screenshots of every page, with axe and CSP findings.")
    parser.add_argument("--url", help="a running server, such as http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--out", type=Path, default=ROOT / "var/shots", help="where the pictures go")
    parser.add_argument("--view", action="append", choices=["1440-light", "1440-dark", "390-light"], help="only these")
    return parser.parse_args()


def start_django(own: bool) -> None:
    if own:
        os.environ.setdefault("ABX_DATA", str(ROOT / "var/shots-data"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abxsite.settings")
    import django

    from abxsite.embedded import ensure_running

    ensure_running()
    django.setup()
    if own:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_demo", if_empty=True)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def served() -> Iterator[str]:
    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def main() -> int:
    asked = arguments()
    start_django(own=not asked.url)
    from tests.browser import launched
    from tests.e2e.pages import PAGES
    from tests.e2e.photograph import VIEWS, photograph, session_of

    wanted = [shot for shot in PAGES if asked.only in shot.name]
    asked.out.mkdir(parents=True, exist_ok=True)
    sessions = {role: session_of(role) for role in {shot.role for shot in wanted if shot.role}}
    complaints = 0
    with nullcontext(asked.url) if asked.url else served() as base, launched() as browser:
        for shot in wanted:
            key = sessions[shot.role] if shot.role else None
            for line in photograph(browser, base, shot, key, asked.out, asked.view or list(VIEWS)):
                print(f"{shot.name}: {line}", flush=True)
                complaints += 1
    print(f"{len(wanted)} pages in {asked.out}, {complaints} complaint{'' if complaints == 1 else 's'}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

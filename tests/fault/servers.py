"""A Redis and a PostgreSQL of the test's own, on free ports, so that they can be killed without harm to others."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import redis

from tests.celery_process import until
from tests.stack import free_ports

START_SECONDS = 30


class RedisServer:
    """Keeps nothing on disk: after a kill it comes back empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            pytest.skip("redis-server is not installed")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([binary, *options, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        until(self._answers, START_SECONDS)

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushdb()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


class PostgresqlServer:
    """A cluster in a folder of its own. PostgreSQL refuses to run as root, so root lends it another user."""

    def __init__(self) -> None:
        self._binaries = _binaries()
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="kesu-postgresql-"))
        if self._user is not None:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, pwd.getpwnam(self._user).pw_gid)
        (self.port,) = free_ports(1)
        self.url = f"postgresql+psycopg://kesu@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "--username", "kesu", "--auth", "trust", "--encoding", "UTF8", "--no-sync")

    def start(self) -> None:
        self._control("start")

    def restart(self, mode: str) -> None:
        """``fast`` throws everybody out; ``immediate`` is as good as a power cut, and recovers when it starts."""
        self._control("restart", "--mode", mode)

    def remove(self) -> None:
        self._control("stop", "--mode", "immediate")
        shutil.rmtree(self.folder)

    def _control(self, *command: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", *command, "--wait", "--log", str(self.folder / "server.log"), "--options", options)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / name, "--pgdata", self.folder / "data", *arguments],
            cwd=self.folder,
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _binaries() -> Path:
    """Where the newest server's programs are; skips where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL's programs are not installed (initdb, pg_ctl)")
    return found[-1].parent if found else Path(on_path or "").parent


def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

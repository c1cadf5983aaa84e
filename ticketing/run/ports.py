"""Whether the ports are free, and who holds the one that is not."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

HOST = "127.0.0.1"
DEFAULTS = {"web": 8000, "rasa": 5005, "actions": 5055, "candidate": 5006}


class PortTaken(Exception):
    """A port is held by another program; the text names it and the variable that chooses another port."""


@dataclass(frozen=True)
class Ports:
    """Where each process listens, on 127.0.0.1."""

    web: int
    rasa: int
    actions: int
    candidate: int = DEFAULTS["candidate"]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Ports:
        """From KESU_WEB_PORT, KESU_RASA_PORT, KESU_ACTIONS_PORT and KESU_CANDIDATE_PORT; raises ValueError for what is no port."""
        return cls(**{name: _number(environ, name, default) for name, default in DEFAULTS.items()})

    def check(self, names: list[str]) -> None:
        """Raise PortTaken, naming every taken port among those of the named processes."""
        taken = [
            (name, getattr(self, name)) for name in names if name in DEFAULTS and not _is_free(getattr(self, name))
        ]
        if taken:
            raise PortTaken("\n".join(_sentence(name, port) for name, port in taken))


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    variable = f"KESU_{name.upper()}_PORT"
    text = environ.get(variable) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"{variable} must be a port number, and is {text!r}")
    return int(text)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _sentence(name: str, port: int) -> str:
    variable = f"KESU_{name.upper()}_PORT"
    return (
        f"Port {port}, which {name} needs, is taken by {_holder(port)}.\n"
        f"  Stop that program, or choose another port: {variable}={port + 1} make run"
    )


def _holder(port: int) -> str:
    """``gunicorn (process 4711: /…/gunicorn web.app …)``, or that it cannot be seen."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {process.pid}: {' '.join(process.cmdline())[:100]})"
    except psutil.Error:
        pass
    return "a program that this user cannot see"

"""docker-compose.yml: valid by the compose specification, shut off where it must be, and in step with the settings."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ticketing.platform.settings import Settings
from ticketing.worker import QUEUES

ROOT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "deadlines", "beat")


def test_the_file_is_valid_by_the_compose_specification() -> None:
    schema = files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()

    jsonschema.validate(COMPOSE, json.loads(schema))


def test_every_queue_has_its_workers() -> None:
    commands = [service["command"] for service in SERVICES.values() if "worker" in service.get("command", ())]

    assert sorted(command[command.index("--queues") + 1] for command in commands) == sorted(QUEUES)


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert all(COMPOSE["networks"][name]["internal"] for name in ("front", "private"))
    assert [name for name, service in SERVICES.items() if "public" in service["networks"]] == ["proxy"]


def test_the_proxy_speaks_tls_1_3_only() -> None:
    assert "protocols tls1.3" in COMPOSE["configs"]["caddyfile"]["content"]


def test_the_settings_given_are_settings_that_exist() -> None:
    known = {f"KESU_{item.name.upper()}" for item in fields(Settings)} | {"KESU_WEB_BIND"}
    given = {name for service in OURS for name in SERVICES[service]["environment"] if name.startswith("KESU_")}

    assert given <= known


@pytest.mark.parametrize("name", ["KESU_SECRET_KEY", "KESU_DATA_KEYS", "KESU_BOT_SECRET", "KESU_POSTGRES_PASSWORD"])
def test_no_secret_has_a_default(name: str) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    uses = re.findall(r"\$\{" + name + r"([^}]*)\}", text)

    assert any(use.startswith(":?") for use in uses)
    assert all(use == "" or use.startswith(":?") for use in uses)


def test_what_another_service_waits_for_exists_and_can_be_waited_for() -> None:
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


@pytest.mark.parametrize("dockerfile", ["web/Dockerfile", "bot/Dockerfile"])
def test_what_an_image_copies_is_there_and_not_ignored(dockerfile: str) -> None:
    text = (ROOT / dockerfile).read_text(encoding="utf-8")
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    sources = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M) for word in line.split()[:-1]]

    assert sources
    assert all((ROOT / source).exists() for source in sources)
    assert not set(sources) & set(ignored)


def test_every_image_is_built_by_one_service() -> None:
    builds = {service["image"]: service["build"]["dockerfile"] for service in SERVICES.values() if "build" in service}

    assert builds == {"kesu-web": "web/Dockerfile", "kesu-bot": "bot/Dockerfile"}

"""`python -m bot.serve [candidate]`: starts Rasa with this assistant, on the loopback address, without its management API.

`candidate` serves the newly trained model beside it, on a port of its own, for a trial.
"""

import os
import sys
from urllib.parse import unquote, urlsplit

from bot.channel import SECRET
from bot.model import CANDIDATE, CURRENT, Place
from bot.training_data import BOT

PORTS = {"KESU_RASA_PORT": "5005", "KESU_CANDIDATE_PORT": "5006"}


def main() -> None:
    """Replaces this process by `rasa run`; exits with a sentence when something needed is missing."""
    environment = environment_for(dict(os.environ))
    if len(environment.get(SECRET, "")) < 16:
        sys.exit(f"{SECRET} is missing or shorter than 16 characters")
    place, port = (CANDIDATE, "KESU_CANDIDATE_PORT") if sys.argv[1:] == ["candidate"] else (CURRENT, "KESU_RASA_PORT")
    if not place.model.is_file():
        sys.exit("there is no trained assistant: run make train")
    os.execve(sys.executable, command(environment, place, port), environment)  # noqa: S606 - no shell is wanted


def command(environment: dict[str, str], place: Place = CURRENT, port: str = "KESU_RASA_PORT") -> list[str]:
    """The `rasa run` command line."""
    endpoints = "endpoints.redis.yml" if environment.get("KESU_BOT_REDIS_URL") else "endpoints.yml"
    host = environment.get("KESU_RASA_HOST", "127.0.0.1")
    options = {
        "--model": str(place.model),
        "--endpoints": str(BOT / endpoints),
        "--credentials": str(BOT / "credentials.yml"),
    }
    options |= {"--interface": host, "--port": environment.get(port) or PORTS[port], "--response-timeout": "30"}
    return [sys.executable, "-m", "rasa", "run", *(part for option in options.items() for part in option)]


def environment_for(environment: dict[str, str]) -> dict[str, str]:
    """The environment Rasa needs: the action server's address, Redis in parts, no telemetry, quiet TensorFlow."""
    actions_port = environment.get("KESU_ACTIONS_PORT", "5055")
    environment.setdefault("KESU_ACTIONS_URL", f"http://127.0.0.1:{actions_port}/webhook")
    environment |= {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
    environment.setdefault("OMP_NUM_THREADS", "1")
    if url := environment.get("KESU_BOT_REDIS_URL"):
        parts = urlsplit(url)
        environment |= {
            "KESU_BOT_REDIS_HOST": parts.hostname or "127.0.0.1",
            "KESU_BOT_REDIS_PORT": str(parts.port or 6379),
            "KESU_BOT_REDIS_DB": parts.path.strip("/") or "0",
            "KESU_BOT_REDIS_USERNAME": unquote(parts.username or ""),
            "KESU_BOT_REDIS_PASSWORD": unquote(parts.password or ""),
            "KESU_BOT_REDIS_TLS": "true" if parts.scheme == "rediss" else "false",
        }
    return environment


if __name__ == "__main__":
    main()

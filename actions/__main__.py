"""`python -m actions`: the action server, on the loopback address, because it has no authentication of its own."""

import logging
import os

from rasa_sdk.endpoint import run


def main() -> None:
    """Serves the actions on KESU_ACTIONS_HOST:KESU_ACTIONS_PORT (127.0.0.1:5055); starts with no backend up."""
    logging.basicConfig(
        level=os.environ.get("KESU_LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("sanic").setLevel(logging.WARNING)
    os.environ["SANIC_HOST"] = os.environ.get("KESU_ACTIONS_HOST", "127.0.0.1")
    run("actions", port=int(os.environ.get("KESU_ACTIONS_PORT", "5055")), cors_origins=[])


if __name__ == "__main__":
    main()

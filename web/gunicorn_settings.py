"""How the web process serves: `gunicorn --config python:web.gunicorn_settings "web.app:create_app()"`.

One worker with many threads: an open widget holds a thread in its event stream, and streams learn of new messages inside the process.
"""

from __future__ import annotations

import os
from typing import Any

bind = os.environ.get("KESU_WEB_BIND") or f"127.0.0.1:{os.environ.get('KESU_WEB_PORT') or 8000}"
worker_class = "gthread"
workers = 1
threads = int(os.environ.get("KESU_WEB_THREADS") or 260)
# Answers take at most the assistant's 15 s; a worker that says nothing for this long hangs.
timeout = 60
# Open event streams do not end by themselves; they reconnect.
graceful_timeout = 5
keepalive = 5
proc_name = "kesu-web"
# The application writes its own access line, without addresses and texts.
accesslog = None
errorlog = "-"
loglevel = "info"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a heartbeat file on a slow disk looks like a hang
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Load the embedding model and the article index before the first customer asks, so that nobody waits for it."""
    from web.app import warm

    warm(worker.wsgi)

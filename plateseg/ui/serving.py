"""Answering on an address until interrupted."""

from __future__ import annotations

import logging
import socket

import uvicorn

from plateseg.errors import BadConfig
from plateseg.services import starter
from plateseg.settings import Settings
from plateseg.ui.server import build_app
from storage import open_storage
from storage.storage import utc_now

log = logging.getLogger(__name__)


def serve_forever(settings: Settings) -> None:
    """Open storage, build the app, answer. Raises BadConfig when the port is taken, StorageUnavailable."""
    _refuse_taken_port(settings)
    storage = open_storage(settings.database_url, settings.blob_url)
    starter.plant(storage, settings)
    app = build_app(storage, settings, utc_now)
    log.info("plateseg is on http://%s:%d, data in %s", settings.host, settings.port, settings.home)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=3)
    storage.close()


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadConfig(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                f"Is plateseg running already? Else choose another one: make run PORT={settings.port + 1}"
            ) from error

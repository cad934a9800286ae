"""Storage as a verb opens it: by the environment, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from plateseg.services import starter
from plateseg.settings import Settings, read_settings
from storage import Storage, open_storage


@contextmanager
def opened() -> Iterator[tuple[Storage, Settings]]:
    """Storage and settings for the length of a verb. Raises StorageUnavailable."""
    settings = read_settings()
    storage = open_storage(settings.database_url, settings.blob_url)
    try:
        starter.plant(storage, settings)
        yield storage, settings
    finally:
        storage.close()

"""Dropping a file on a place of the page, as a hand would."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Locator

TRANSFER = """([name, type, text]) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type }));
    return transfer;
}"""
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".zip": "application/zip"}


def drop(place: Locator, path: Path) -> None:
    """Drag a file over a place and let it fall."""
    content = [path.name, TYPES[path.suffix], base64.b64encode(path.read_bytes()).decode()]
    transfer = place.page.evaluate_handle(TRANSFER, content)
    for event in ("dragenter", "dragover", "drop"):
        place.dispatch_event(event, {"dataTransfer": transfer})

"""What the Upload tab does, and files to do it with."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image as Pillow
from starlette.testclient import TestClient

from tests.unit.pictures import jpeg_of, photograph, png_of


def jpeg(seed: int = 1, *, width: int = 96, height: int = 64) -> bytes:
    """A photograph as JPEG; another seed is another photograph."""
    return jpeg_of(Pillow.fromarray(photograph(width=width, height=height, seed=seed)))


def mask_png(*, width: int = 96, height: int = 64, value: int = 255) -> bytes:
    """A mask in the seed's way: grey PNG, a plate of 20 x 8 pixels."""
    pixels = np.zeros((height, width), np.uint8)
    pixels[30:38, 40:60] = value
    return png_of(Pillow.fromarray(pixels))


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, names written as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def begin(client: TestClient, **options: Any) -> str:
    """A new import with these options; its id."""
    return client.post("/api/imports", json=options).json()["id"]


def put(client: TestClient, key: str, name: str, data: bytes) -> Any:
    """Send one file."""
    return client.put(f"/api/imports/{key}/files", params={"path": name}, content=data)


def settled(client: TestClient, key: str) -> dict[str, Any]:
    """Poll until an import has ended; its state."""
    for _ in range(600):
        state = client.get(f"/api/imports/{key}").json()
        if state["state"] in ("done", "failed"):
            return state
        time.sleep(0.02)
    raise AssertionError(f"still {state}")


def upload(client: TestClient, files: Mapping[str, bytes], **options: Any) -> dict[str, Any]:
    """Upload files as one set; the report."""
    key = begin(client, **options)
    for name, data in files.items():
        answer = put(client, key, name, data)
        assert answer.status_code == 200, answer.text
    assert client.post(f"/api/imports/{key}/finish").status_code == 200
    state = settled(client, key)
    assert state["state"] == "done", state
    return state["report"]


def reasons(report: Mapping[str, Any]) -> dict[str, str]:
    """Why files were rejected, by name."""
    return {entry["name"]: entry["reason"] for entry in report["rejected"]}


def notes(report: Mapping[str, Any]) -> dict[str, str]:
    """What is worth telling of files, by name."""
    return {entry["name"]: entry["note"] for entry in report["notes"]}


def items_of(client: TestClient, **chosen: Any) -> list[dict[str, Any]]:
    """The items as the gallery lists them."""
    return client.get("/api/items", params=chosen).json()["items"]

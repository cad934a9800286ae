"""The page's own JavaScript and CSS, served from the rooms they live in."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response

from plateseg.errors import NotFound

UI = Path(__file__).resolve().parents[1]
ROOMS = ("shell", "editor", "dataset", "curves", "upload", "predict")
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def router() -> APIRouter:
    """`/static/<room>/<file>` for our rooms only: the rest of /static is Gradio's."""
    routes = APIRouter()

    def add(room: str) -> None:
        @routes.get(f"/{room}/{{path:path}}")
        def asset(path: str, request: Request) -> Response:
            return _answer(locate(room, path), request)

    for room in ROOMS:
        add(room)
    return routes


def locate(room: str, path: str) -> Path:
    """The file of an asset. Raises NotFound for what is not one, whatever dots the path holds."""
    if room not in ROOMS:
        raise NotFound(f"There is no asset {room}/{path}.")
    folder = UI / room
    try:
        file = (folder / path).resolve()
        if file.is_relative_to(folder) and file.suffix in MEDIA_TYPES and file.is_file():
            return file
    except (ValueError, OSError):
        # A name that no file can have: with a NUL in it, or over 255 bytes long.
        pass
    raise NotFound(f"There is no asset {room}/{path}.")


def _answer(file: Path, request: Request) -> Response:
    state = file.stat()
    # A new version must show at the next reload: the browser asks each time and is told "unchanged" mostly.
    headers = {"etag": f'"{state.st_mtime_ns:x}-{state.st_size:x}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(file.read_bytes(), media_type=MEDIA_TYPES[file.suffix], headers=headers)

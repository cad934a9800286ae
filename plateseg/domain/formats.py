"""What a file is, by its first bytes and never by its name; and plain words for what is no photograph."""

from __future__ import annotations

from plateseg.errors import BadImage

_CHOICES = "use JPEG, PNG, WebP, BMP or TIFF"
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "This is a PDF, not a photograph: export its pages as PNG or JPEG."),
    (b"PK\x03\x04", "This is a ZIP or an office document, not a photograph: unpack it, or name it .zip."),
    (b"Rar!", "This is a RAR archive, not a photograph: unpack it first."),
    (b"7z\xbc\xaf", "This is a 7z archive, not a photograph: unpack it first."),
    (b"\x1f\x8b", "This is a gzip archive, not a photograph: unpack it first."),
    (b"8BPS", "This is a Photoshop document: export it as PNG or JPEG."),
    (b"RIFF", f"This is a sound or a video, not a photograph: {_CHOICES}."),
    (b"\x1aE\xdf\xa3", "This is a video, not a photograph: export its frames as JPEG."),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


def sniff(data: bytes) -> str:
    """The format's name: JPEG, PNG, WEBP, GIF, BMP, TIFF, AVIF, HEIF or JPEG2000. Raises BadImage for anything else."""
    if not data:
        raise BadImage("The file is empty (0 bytes): copy it again from where it came.")
    head = data[:16]
    if head.startswith(b"\xff\xd8"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"BM") and len(data) > 26 and data[14:18] in _BMP_HEADERS:
        return "BMP"
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return "TIFF"
    if head.startswith((b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")):
        return "JPEG2000"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "AVIF"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "HEIF"
    raise BadImage(_refusal(data))


_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def _refusal(data: bytes) -> str:
    head = data[:16]
    if head[4:8] == b"ftyp":
        return "This is a video, not a photograph: name it .mp4 or .mov, and its frames are taken."
    for magic, sentence in _REFUSED:
        if head.startswith(magic):
            return sentence
    text = _as_text(data[:4096])
    if text is None:
        return f"This is not an image in a format that is read: {_CHOICES}."
    if "<svg" in text:
        return "SVG is a drawing, not a photograph: export it as PNG or JPEG."
    if "<html" in text.lower():
        return "This is a web page with an image's name, not a photograph: download the picture itself."
    return f"This is text, not a photograph: {_CHOICES}."


def _as_text(head: bytes) -> str | None:
    if b"\x00" in head:
        return None
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The window may cut a character in two at its end; anywhere else it is no UTF-8.
        return head[: error.start].decode("utf-8-sig") if error.start >= len(head) - 3 and len(head) > 3 else None

"""Which files of an upload are annotations, and of which format: by their contents, with their names as a hint."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plateseg.domain.annotations import coco, corners, cvat, huggingface, labelme, labelstudio, markup, via, voc, yolo
from plateseg.domain.annotations.matching import matched
from plateseg.domain.annotations.records import Answer, Files, Reading
from plateseg.errors import BadInput

AUTO = "auto"
SEED = "masks"
"""The layout of photographs and mask files; the names alone tell it."""
_Reader = Callable[[Files, Sequence[str], Sequence[str]], Reading]
_READERS: dict[str, _Reader] = {
    "coco": coco.read,
    "labelme": labelme.read,
    "cvat": cvat.read,
    "voc": voc.read,
    "via": via.read,
    "labelstudio": labelstudio.read,
    "yolo": yolo.read,
    "corners": corners.read_csv,
    "wpod": corners.read_wpod,
    "ccpd": corners.read_ccpd,
    "huggingface": huggingface.read,
}
NAMES = (AUTO, SEED, *_READERS)
_LOOKED_INTO = (".json", ".xml", ".txt", ".csv", ".yaml", ".yml", ".names")


def read(files: Files, *, only: str = AUTO, labels: Sequence[str] = ()) -> tuple[Reading, dict[str, Answer]]:
    """What the annotation files say, and the answers by the path of their photograph.

    only: a format's name, when the person knows it. Raises BadInput for an unknown one, and when nothing of the
    format that was asked for is among the files.
    """
    if only not in NAMES:
        raise BadInput(f"There is no format {only!r} to import. Choose one of {', '.join(NAMES)}.")
    reading = Reading()
    if only == SEED:
        return reading, {}
    kinds = _sorted_out(files, reading)
    if only != AUTO:
        if only not in kinds:
            raise BadInput(f"No {only} annotations are among the files. Try --format auto, which says what is there.")
        kinds = {only: kinds[only]}
    for kind, names in kinds.items():
        reading.add(_READERS[kind](files, names, labels))
    return reading, matched(reading, files.names)


def _sorted_out(files: Files, reading: Reading) -> dict[str, list[str]]:
    """Names by format, formats in the order of `_READERS`."""
    found: dict[str, list[str]] = {}
    for name in files.names:
        if _is_hidden(name):
            continue
        kind = _kind_by_name(name)
        if kind:
            found.setdefault(kind, []).append(name)
            continue
        if not name.lower().endswith(_LOOKED_INTO):
            continue
        try:
            kind = _kind(name, files.read(name))
        except BadInput as error:
            reading.trouble(name, str(error))
            reading.used.add(name)
            continue
        if kind:
            found.setdefault(kind, []).append(name)
    if "yolo" in found:
        found["yolo"] += found.get("yolo-list", [])
    return {kind: found[kind] for kind in _READERS if kind in found}


def _kind_by_name(name: str) -> str:
    if voc.is_part(name):
        return "voc"
    if huggingface.is_metadata(name):
        return "huggingface"
    return "ccpd" if corners.is_ccpd(name) else ""


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _kind(name: str, data: bytes) -> str:
    """The format of one file, "" for none that is known."""
    lower = name.lower()
    if lower.endswith(".json"):
        if labelme.is_labelme(data):
            return "labelme"
        if labelstudio.is_label_studio(data):
            return "labelstudio"
        if via.is_via(data):
            return "via"
        return "coco" if coco.is_coco(data) else ""
    if lower.endswith(".csv"):
        return "corners" if corners.is_list(data) else ""
    if lower.endswith(".txt") and corners.is_wpod(data):
        return "wpod"
    if lower.endswith(".xml"):
        return _kind_of_xml(data)
    if yolo.is_description(name, data) or yolo.is_label_file(name, data):
        return "yolo"
    return "yolo-list" if yolo.is_list(name) else ""


def _kind_of_xml(data: bytes) -> str:
    """Raises BadInput when it is no XML."""
    root = markup.parse(data)
    if cvat.is_cvat(root):
        return "cvat"
    return "voc" if voc.is_voc(root) else ""

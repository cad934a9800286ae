"""Which files of an upload are annotations, and of which format: by their contents, with their names as a hint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from plateseg.domain.annotations import coco, corners, cvat, huggingface, labelme, labelstudio, markup, via, voc, yolo
from plateseg.domain.annotations.emptiness import Emptiness, WithoutShape, means_no_plate
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
TITLES = {
    AUTO: "Recognise it",
    "coco": "COCO",
    "yolo": "YOLO (Ultralytics, Darknet)",
    "cvat": "CVAT for images",
    "labelme": "LabelMe",
    "labelstudio": "Label Studio",
    "voc": "Pascal VOC",
    "via": "VGG Image Annotator (VIA)",
    "corners": "CSV of corners or boxes",
    "ccpd": "CCPD, corners in file names",
    "wpod": "WPOD-NET",
    "huggingface": "Hugging Face image folder",
    SEED: "Mask files only, no annotation files",
}
"""The same as people know them, in the order of a menu."""
_GUESSES = {
    True: "Photographs listed without a shape: {}{}. They count as without a plate; “Photographs without a shape” "
    "under Options (--without-shape unlabelled) reads them otherwise.",
    False: "Photographs listed without a shape: {}{}. They count as not labelled: this format lists what nobody has "
    "looked at as well. If they show no plate, import again with “Photographs without a shape” under Options "
    "(--without-shape no-plate).",
}
_LOOKED_INTO = (".json", ".xml", ".txt", ".csv", ".yaml", ".yml", ".names")


def read(
    files: Files,
    *,
    only: str = AUTO,
    labels: Sequence[str] = (),
    without_shape: WithoutShape = WithoutShape.AUTO,
) -> tuple[Reading, dict[str, Answer]]:
    """What the annotation files say, and the answers by the path of their photograph.

    only: a format's name, when the person knows it. without_shape: what a photograph is that is named and has no
    shape. Raises BadInput for an unknown format, and when nothing of the one that was asked for is among the files.
    """
    check_name(only)
    reading = Reading()
    if only == SEED:
        return reading, {}
    kinds = _sorted_out(files, reading)
    if only != AUTO:
        if only not in kinds:
            raise BadInput(
                f"No annotations of the format {TITLES[only]} are among the files. "
                f"Choose “{TITLES[AUTO]}” (--format auto), which says what is there."
            )
        kinds = {only: kinds[only]}
    parts: list[Reading] = []
    for kind, names in kinds.items():
        parts.append(_READERS[kind](files, names, labels))
        _decide_emptiness(parts[-1], without_shape)
        reading.add(parts[-1])
    return reading, matched(parts, reading, files.names)


def check_name(only: str) -> None:
    """Raises BadInput when there is no such format to import."""
    if only not in NAMES:
        raise BadInput(f"There is no format {only[:40]!r} to import. Choose one of {', '.join(NAMES)}.")


def _decide_emptiness(part: Reading, wanted: WithoutShape) -> None:
    """Turn records without a shape into "no plate" or "not answered", and tell where that was a guess."""
    guessed: dict[bool, list[str]] = {True: [], False: []}
    for number, record in enumerate(part.records):
        answer = record.answer
        if answer.shapes or not answer.answered:
            continue
        no_plate = means_no_plate(answer.emptiness, wanted)
        part.records[number] = replace(record, answer=replace(answer, answered=no_plate))
        if wanted is WithoutShape.AUTO and answer.emptiness is not Emptiness.STATED:
            guessed[no_plate].append(answer.source)
    for no_plate, sources in guessed.items():
        if sources:
            part.note(sources[0], _GUESSES[no_plate].format(len(sources), _in_files(sources)))


def _in_files(sources: Sequence[str]) -> str:
    """Where there are more than the one that the note stands at."""
    files = len(set(sources))
    return f", in {files} files" if files > 1 else ""


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
    return "yolo-list" if yolo.is_list(name, data) else ""


def _kind_of_xml(data: bytes) -> str:
    """Raises BadInput when it is no XML."""
    root = markup.parse(data)
    if cvat.is_cvat(root):
        return "cvat"
    return "voc" if voc.is_voc(root) else ""

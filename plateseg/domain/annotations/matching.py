"""Which photograph of an upload an annotation means: by the end of its path, then by nearness, then by case."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from plateseg.domain.annotations.records import Answer, Reading, Record
from plateseg.domain.naming import fold, may_be_photograph

Nearness = tuple[int, int, bool]
"""Folders that the path's end shares with the name, folders shared with the annotation, whether the case fits."""
_NOWHERE: Nearness = (0, 0, False)
_MOST_NAMED = 3
# Label Studio puts eight hex digits before the name of what was uploaded to it.
_UPLOAD_MARK = re.compile(r"^[0-9a-f]{8}-")


class Photographs:
    """The photographs of an upload by name."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            name = fold(path.rsplit("/", 1)[-1])
            self._by_name[name].append(path)
            self._by_stem[name.rpartition(".")[0] or name].append(path)

    def find(self, record: Record) -> tuple[str, str, Nearness]:
        """The path that is meant, or "" and why there is none; and how near it lies to the annotation."""
        wanted = record.photo.replace("\\", "/")
        name = wanted.rsplit("/", 1)[-1]
        found: list[str] = []
        for spelt in (name, _UPLOAD_MARK.sub("", name)):
            found = found or (self._by_stem if record.by_stem else self._by_name).get(fold(spelt), [])
        if not found:
            why = f"The photograph {name} is not among the files: import it together with its annotations."
            return "", why, _NOWHERE
        ranked = sorted(found, key=lambda path: self._nearness(path, wanted, record), reverse=True)
        if len(ranked) > 1 and len({self._nearness(path, wanted, record) for path in ranked[:2]}) == 1:
            names = ", ".join(ranked[:_MOST_NAMED])
            return "", f"Several photographs may be meant ({names}): name it with its folder.", _NOWHERE
        return ranked[0], "", self._nearness(ranked[0], wanted, record)

    def _nearness(self, path: str, wanted: str, record: Record) -> Nearness:
        ending = _common(_folders(path)[::-1], _folders(wanted)[::-1])
        beside = _common(_folders(path), fold(record.near).split("/") if record.near else [])
        return ending, beside, _written(path, record.by_stem) == _written(wanted, False)


def matched(parts: Sequence[Reading], reading: Reading, photographs: Iterable[str]) -> dict[str, Answer]:
    """Answers by the path of their photograph; what finds none, or one that has an answer, is counted as trouble.

    parts: what each format said, the one that goes before the others first; reading: all of them together. Of several
    answers of one format for one photograph the nearest is its own: another's photograph is missing from its folder.
    """
    known = Photographs(path for path in photographs if path not in reading.used and may_be_photograph(path))
    answers: dict[str, Answer] = {}
    for part in parts:
        found: dict[str, list[tuple[Nearness, Answer]]] = defaultdict(list)
        for record in part.records:
            path, reason, near = known.find(record)
            if reason:
                _tell(reading, record.answer, reason)
            else:
                found[path].append((near, record.answer))
        for path, ranked in found.items():
            # Case says nothing of answers: it tells photographs apart.
            for _, answer in sorted(ranked, key=lambda each: each[0][:2], reverse=True):
                _take(answers, path, answer, reading)
    return answers


def _take(answers: dict[str, Answer], path: str, answer: Answer, reading: Reading) -> None:
    before = answers.get(path)
    if before is None or (answer.answered and not before.answered):
        answers[path] = answer
    elif answer.answered and answer.where != before.where:
        _tell(reading, answer, f"{path} is annotated in {before.where} already, which was taken.")


def _tell(reading: Reading, answer: Answer, sentence: str) -> None:
    """Under the name of the annotation file; where in it leads the sentence."""
    place = answer.where.removeprefix(answer.source).removeprefix(", ")
    reading.trouble(answer.source, f"{place[0].upper()}{place[1:]}: {sentence}" if place else sentence)


def folder_of(path: str) -> str:
    """The folder part of a path, "" for none."""
    return path.rpartition("/")[0]


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _folders(path: str) -> list[str]:
    return [part for part in fold(path).split("/")[:-1] if part not in ("", ".", "..")]


def _written(path: str, without_ending: bool) -> str:
    name = unicodedata.normalize("NFC", path.rsplit("/", 1)[-1])
    return (name.rpartition(".")[0] or name) if without_ending else name

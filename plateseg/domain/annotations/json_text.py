"""JSON files that know where in them something stands, so that a sentence can name the line when something is wrong."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import orjson

from plateseg.domain.annotations.records import Files, Reading
from plateseg.errors import BadInput

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class JsonText:
    """A parsed JSON file that knows its lines. Raises BadInput when it is no JSON, with the line."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            self.content: Any = orjson.loads(self._data)
        except orjson.JSONDecodeError as error:
            raise BadInput(f"Line {error.lineno}: this is no JSON ({error.msg}). Export it again.") from error

    def where(self, key: str | None, index: int) -> str:
        """`name, line 12`: of the index-th element of the list under `key`, of the text itself for None."""
        lines = self._lines(key)
        return f"{self.name}, line {lines[index]}" if index < len(lines) else self.name

    def line(self, key: str | None, index: int) -> str:
        """`Line 12: `, to begin a sentence about the file with."""
        lines = self._lines(key)
        return f"Line {lines[index]}: " if index < len(lines) else ""

    @cached_property
    def _known(self) -> dict[str | None, list[int]]:
        return {}

    @cached_property
    def _text(self) -> str:
        return self._data.decode("utf-8", "replace")

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]

    def _lines(self, key: str | None) -> list[int]:
        if key not in self._known:
            try:
                self._known[key] = [bisect_right(self._breaks, at - 1) + 1 for at in self._starts(key)]
            except (ValueError, IndexError, RecursionError):
                self._known[key] = []
        return self._known[key]

    def _starts(self, key: str | None) -> Iterator[int]:
        """Where each element of a list, or each value of the object, begins."""
        at = self._skip(0)
        if key is not None:
            at = next(start for name, start in self._members(at) if name == key)
        if self._text[at] == "{":
            yield from (start for _, start in self._members(at))
            return
        at = self._skip(at + 1)
        while self._text[at] != "]":
            yield at
            _, at = _DECODER.raw_decode(self._text, at)
            at = self._skip(at)
            at = self._skip(at + 1) if self._text[at] == "," else at

    def _members(self, at: int) -> Iterator[tuple[str, int]]:
        at = self._skip(at + 1)
        while self._text[at] != "}":
            name, at = _DECODER.raw_decode(self._text, at)
            at = self._skip(self._skip(at) + 1)
            yield name, at
            _, at = _DECODER.raw_decode(self._text, at)
            at = self._skip(at)
            at = self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at


def read_each(files: Files, names: Sequence[str], read_one: Callable[[JsonText], Reading]) -> Reading:
    """All of several JSON files; one that `read_one` refuses with BadInput is told of, and the others are read."""
    reading = Reading(used=set(names))
    for name in names:
        try:
            reading.add(read_one(JsonText(name, files.read(name))))
        except BadInput as error:
            reading.trouble(name, str(error))
    return reading

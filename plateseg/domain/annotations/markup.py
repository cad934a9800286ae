"""XML as elements that know their lines, without what makes XML dangerous: entities are refused, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from plateseg.errors import BadInput

_DEEPEST = 100


@dataclass(slots=True)
class Element:
    """One element. text: what stands in it before its first child, without blanks around it. line: counts from 1."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Its children of this tag."""
        return (child for child in self.children if child.tag == tag)

    def find(self, path: str) -> Element | None:
        """The first element at `a/b` below, None for none."""
        here: Element | None = self
        for tag in path.split("/"):
            here = next(here.all(tag), None) if here else None
        return here

    def says(self, path: str) -> str:
        """The text at `a/b` below, "" for none."""
        found = self.find(path)
        return found.text if found else ""


def parse(data: bytes) -> Element:
    """The root of an XML file. Raises BadInput with the line when it is none, or declares entities."""
    parser = expat.ParserCreate()
    builder = _Builder(parser)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code)
        raise BadInput(f"Line {error.lineno}: this is no XML ({words}). Export it again.") from error
    except (ValueError, LookupError) as error:
        raise BadInput(f"Line 1: this XML is in an encoding that is not read ({error}). Save it as UTF-8.") from error
    return builder.root


class _Builder:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self.root = Element("", {}, 0)
        self._parser = parser
        self._open: list[Element] = []
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.buffer_text = True

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise BadInput(f"Line {self._parser.CurrentLineNumber}: elements are nested more than {_DEEPEST} deep.")
        element = Element(tag, attributes, self._parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        here = self._open[-1]
        if not here.children:
            here.text = (here.text + text).strip()

    def _entity(self, name: str, *_rest: object) -> None:
        line = self._parser.CurrentLineNumber
        raise BadInput(f"Line {line}: it declares the entity {name}, which annotations need not. Export it again.")

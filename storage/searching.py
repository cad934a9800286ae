"""Whether a text contains another in whatever case, in each database's own quickest words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_ESCAPE = "/"


class Contains(FunctionElement[bool]):
    """`Contains(column, text)`. The text is taken as it is: % and _ mean themselves."""

    inherit_cache = True
    type = Boolean()
    name = "contains"

    def __init__(self, column: InstrumentedAttribute[str], text: str) -> None:
        for sign in (_ESCAPE, "%", "_"):
            text = text.replace(sign, _ESCAPE + sign)
        super().__init__(column, literal(f"%{text}%"))


@compiles(Contains)
def _anywhere(element: Contains, compiler: SQLCompiler, **words: Any) -> str:
    column, pattern = element.clauses
    return compiler.process(column.ilike(pattern, escape=_ESCAPE), **words)


@compiles(Contains, "sqlite")
def _in_sqlite(element: Contains, compiler: SQLCompiler, **words: Any) -> str:
    # SQLite's LIKE does not tell cases apart by itself; lowering both sides takes three times as long.
    column, pattern = element.clauses
    return compiler.process(column.like(pattern, escape=_ESCAPE), **words)

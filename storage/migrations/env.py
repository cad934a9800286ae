"""Alembic's entry: runs the migrations on the database that storage.database names."""

from typing import Any, Literal

from alembic import context

from storage.database import connect
from storage.tables import Base, UtcDateTime


def _render(kind: str, thing: Any, _context: object) -> str | Literal[False]:
    """Migrations stand on their own: they name plain column types, not the project's classes."""
    return "sa.DateTime()" if kind == "type" and isinstance(thing, UtcDateTime) else False


def run() -> None:
    """Apply the chosen migrations in one transaction."""
    engine = connect(context.config.get_main_option("sqlalchemy.url") or "", foreign_keys=False)
    with engine.connect().execution_options(plateseg_writes=True) as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=_render
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()

"""Validation photographs with their masks, as drawn after each epoch of a run."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from plateseg.errors import NotFound
from storage.blobs import Blobs
from storage.database import Database
from storage.deletion import doom, sweep
from storage.tables import ItemRow, PreviewRow


@dataclass(frozen=True, slots=True)
class Preview:
    """One drawn picture. `position` numbers the photographs of a run from 0, the same ones each epoch."""

    epoch: int
    position: int
    item_id: int
    name: str
    blob: str


class Previews:
    """The repository of previews."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def put(self, run_id: int, *, epoch: int, position: int, item_id: int, name: str, jpeg: bytes) -> None:
        """Keep a picture, in place of one drawn before for the same epoch.

        Nothing is kept of a photograph that was deleted while the run trained on it.
        """
        with self._database.writing() as session:
            if session.get(ItemRow, item_id) is None:
                return
            key = (PreviewRow.run_id == run_id, PreviewRow.epoch == epoch, PreviewRow.position == position)
            replaced = set(session.scalars(select(PreviewRow.blob).where(*key)))
            session.execute(delete(PreviewRow).where(*key))
            blob = self._blobs.put(jpeg, "jpg")
            session.add(
                PreviewRow(run_id=run_id, epoch=epoch, position=position, item_id=item_id, name=name, blob=blob)
            )
            doomed = doom(session, replaced)
        if doomed:
            sweep(self._database, self._blobs)

    def of(self, run_id: int) -> tuple[Preview, ...]:
        """All previews of a run, by epoch and position."""
        query = select(PreviewRow).where(PreviewRow.run_id == run_id).order_by(PreviewRow.epoch, PreviewRow.position)
        with self._database.reading() as session:
            return tuple(Preview(r.epoch, r.position, r.item_id, r.name, r.blob) for r in session.scalars(query))

    def blob(self, run_id: int, *, epoch: int, position: int) -> str:
        """Name of one preview's blob. Raises NotFound."""
        with self._database.reading() as session:
            row = session.get(PreviewRow, (run_id, epoch, position))
            if row is None:
                raise NotFound(f"Run {run_id} has no preview {position} of epoch {epoch}.")
            return row.blob

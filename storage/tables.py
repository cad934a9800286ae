"""The whole schema on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    literal,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""SQLite gives the highest id out again once its row is gone, as other databases do not. A link, a snapshot's line
and the curve's cursor would then mean something else."""


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware moment in UTC; SQLite itself would forget the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Root of the tables."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, str: String}  # noqa: RUF012


class ItemRow(Base):
    """A photograph. `head`: the person's newest revision; `revisions`: how many numbers were given out.

    `fingerprint`: 16 hex digits of its look; `mode`: the file's colour mode; both empty where they are not known.
    `pinned`: a person chose its split.
    """

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    capture_group: Mapped[str] = mapped_column(index=True)
    fingerprint: Mapped[str] = mapped_column(String(16), default="", server_default=literal(""))
    mode: Mapped[str] = mapped_column(String(16), default="", server_default=literal(""))
    split: Mapped[str] = mapped_column(String(16))
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    status: Mapped[str] = mapped_column(String(16))
    head: Mapped[int] = mapped_column(default=0)
    revisions: Mapped[int] = mapped_column(default=0)
    image_blob: Mapped[str] = mapped_column(String(80), index=True)
    thumbnail_blob: Mapped[str] = mapped_column(String(80), index=True)
    media_type: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_items_status_id", "status", "id"),
        Index("ix_items_split_id", "split", "id"),
        Index("ix_items_status_split_id", "status", "split", "id"),
        Index("ix_items_name_status_split", "name", "status", "split"),
        NEVER_REUSE_IDS,
    )


class RevisionRow(Base):
    """A mask; append-only."""

    __tablename__ = "mask_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(16))
    author: Mapped[str]
    parent: Mapped[int]
    seeded_from: Mapped[str]
    blob: Mapped[str] = mapped_column(String(80), index=True)
    plate_pixels: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[float | None]
    no_plate: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("item_id", "number"),)


class MaskFactsRow(Base):
    """What was measured of a photograph's current mask. Another head, or newer rules, and it is measured again."""

    __tablename__ = "mask_facts"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int]
    rules: Mapped[int]
    facts: Mapped[dict[str, Any]]


class LabelCheckRow(Base):
    """A search for wrong labels: small models on grouped folds, each asked about the fold it never saw."""

    __tablename__ = "label_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    config: Mapped[dict[str, Any]]
    folds: Mapped[int]
    folds_done: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    stop_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = NEVER_REUSE_IDS


class SuspectRow(Base):
    """A mask and how strongly a model disagrees with it. `revision`: the one meant; `proposal`: the model's, or 0."""

    __tablename__ = "suspects"

    check_id: Mapped[int] = mapped_column(ForeignKey("label_checks.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)
    revision: Mapped[int]
    proposal: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    iou: Mapped[float] = mapped_column(Float)
    score: Mapped[float] = mapped_column(Float)
    kept: Mapped[bool] = mapped_column(default=False)


class SnapshotRow(Base):
    """A frozen list of labelled items; the hash covers every entry."""

    __tablename__ = "snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    __table_args__ = NEVER_REUSE_IDS


class SnapshotEntryRow(Base):
    """An item as it stood. No foreign key to the item: a deleted photograph leaves its line behind."""

    __tablename__ = "snapshot_entries"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(index=True)
    revision: Mapped[int]
    split: Mapped[str] = mapped_column(String(16))
    image_sha256: Mapped[str] = mapped_column(String(64))
    mask_blob: Mapped[str] = mapped_column(String(80), index=True)


class RunRow(Base):
    """A training run."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    config: Mapped[dict[str, Any]]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    status: Mapped[str] = mapped_column(String(16), index=True)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    pid: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    epoch: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    steps_per_epoch: Mapped[int] = mapped_column(default=0)
    seconds_per_step: Mapped[float | None]
    message: Mapped[str] = mapped_column(default="")
    best_iou: Mapped[float | None]
    best_epoch: Mapped[int | None]
    champion: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(16), default="trained", server_default="trained")
    batch_taken: Mapped[int] = mapped_column(default=0, server_default=literal(0))
    worked_before: Mapped[float] = mapped_column(Float, default=0.0, server_default=literal(0))
    __table_args__ = NEVER_REUSE_IDS


class MetricRow(Base):
    """One number of one run; the id is the cursor that the live curve polls from."""

    __tablename__ = "metrics"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    step: Mapped[int]
    epoch: Mapped[float] = mapped_column(Float)
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[float] = mapped_column(Float)
    __table_args__ = (Index("ix_metrics_run_id_id", "run_id", "id"), NEVER_REUSE_IDS)


class CheckpointRow(Base):
    """Saved weights."""

    __tablename__ = "checkpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    epoch: Mapped[int]
    step: Mapped[int]
    val_iou: Mapped[float | None]
    blob: Mapped[str] = mapped_column(String(80), index=True)
    created_at: Mapped[datetime]


class PreviewRow(Base):
    """A validation photograph with its masks, as drawn after an epoch."""

    __tablename__ = "previews"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str]
    blob: Mapped[str] = mapped_column(String(80), index=True)


class ScoreRow(Base):
    """What a run's best model made of a photograph. `truth`, `weights`: names of the blobs it was judged with.

    They hold no bytes back: when mask or weights are others, the score is of no more use and is judged anew.
    """

    __tablename__ = "scores"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    truth: Mapped[str] = mapped_column(String(80))
    weights: Mapped[str] = mapped_column(String(80))
    tp: Mapped[int] = mapped_column(BigInteger)
    fp: Mapped[int] = mapped_column(BigInteger)
    fn: Mapped[int] = mapped_column(BigInteger)
    tn: Mapped[int] = mapped_column(BigInteger)
    boundary_iou: Mapped[float] = mapped_column(Float)
    pairs: Mapped[list[Any]]
    predicted: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (Index("ix_scores_item_id", "item_id"),)


class JudgementRow(Base):
    """What all scores of a run on its own validation photographs come to, and its verdict against a champion."""

    __tablename__ = "judgements"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    weights: Mapped[str] = mapped_column(String(80))
    summary: Mapped[dict[str, Any]]
    against: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    judged_at: Mapped[datetime]


class DoomedBlobRow(Base):
    """A blob whose last row has gone; its bytes go after that is on disk."""

    __tablename__ = "doomed_blobs"

    blob: Mapped[str] = mapped_column(String(80), primary_key=True)


class EventRow(Base):
    """What happened, for the record and for reports that stay."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40), index=True)
    item_id: Mapped[int | None] = mapped_column(index=True)
    run_id: Mapped[int | None] = mapped_column(index=True)
    payload: Mapped[dict[str, Any]]

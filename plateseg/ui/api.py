"""The public API: predict, and the state of runs, by name for gradio_client. Everything else is private."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from plateseg.domain import masks
from plateseg.errors import PlatesegError
from plateseg.services import run_view
from plateseg.services.models import refuse_files
from plateseg.ui.context import Context
from plateseg.ui.routes.views import plate_view


def publish(context: Context) -> None:
    """Name the public endpoints. Must be called inside the page's blocks."""
    image = gr.File(visible=False, type="filepath")
    model = gr.Textbox("champion", visible=False)
    threshold = gr.Number(0.5, visible=False)
    answer = gr.JSON(visible=False)
    gr.on(
        triggers=[],
        fn=partial(on_predict, context),
        inputs=[image, model, threshold],
        outputs=answer,
        api_name="predict",
        api_description="Predict the plates of one photograph. model: champion, or a run's number. threshold: 0..1.",
    )
    run_id = gr.Number(1, visible=False, precision=0)
    gr.on(
        triggers=[],
        fn=partial(on_run_status, context),
        inputs=run_id,
        outputs=answer,
        api_name="run_status",
        api_description="Where a run stands: status, epoch, losses, best IoU, seconds left.",
    )


def on_predict(context: Context, image: str, model: str, threshold: float) -> dict[str, Any]:
    """Predict one photograph: plates with boxes, corners and scores, and the mask as a run-length list."""
    try:
        refuse_files(model)
        kept = context.predictions.predict(Path(image).read_bytes(), model=model or "champion", name=Path(image).name)
    except PlatesegError as error:
        raise gr.Error(str(error)) from error
    if not 0 <= threshold <= 1:
        raise gr.Error(f"The threshold must be between 0 and 1, not {threshold}.")
    reading = kept.read(threshold)
    return {
        "model": kept.model,
        "width": kept.photo.width,
        "height": kept.photo.height,
        "seconds": kept.seconds,
        "threshold": reading.threshold,
        "score": reading.score,
        "plates": [plate_view(plate) for plate in reading.plates],
        "runs": masks.to_runs(reading.mask),
    }


def on_run_status(context: Context, run_id: int) -> dict[str, Any]:
    """One run as the Runs tab shows it, with the newest value of every metric."""
    try:
        shown = run_view.view_one(context.storage, context.settings, int(run_id), context.clock())
    except PlatesegError as error:
        raise gr.Error(str(error)) from error
    return shown | {"metrics": context.storage.metrics.last(int(run_id))}

"""Train: a form drawn from TrainConfig, an estimate before the click, and the start."""

from __future__ import annotations

from dataclasses import Field, fields
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from plateseg.domain import architectures
from plateseg.domain.architectures import AUTO, ENCODERS
from plateseg.domain.runs import Run
from plateseg.domain.train_config import TrainConfig
from plateseg.errors import PlatesegError
from plateseg.services import augmented, estimation, training
from plateseg.services.models import usable_models
from plateseg.ui.context import Context
from plateseg.ui.durations import in_words

MAIN = ("architecture", "device", "epochs", "batch_size", "learning_rate", "image_size", "freeze_backbone")
TIMED = (
    *("architecture", "encoder", "device", "start_from", "epochs", "batch_size", "image_size", "freeze_backbone"),
    *("time_budget_minutes", "crop_size", "accumulate", "loss", "optimizer"),
)
PREVIEWS = 8
OPEN_RUN = (
    """(id) => { if (id) import("/static/shell/place.js").then(({ place }) => place.go({ tab: "runs", run: id })); }"""
)


def build(context: Context, tab: gr.Tab) -> None:
    """Lay out the form and wire it."""
    trials = estimation.Trials()
    with gr.Row(elem_id="train-page"):
        with gr.Column(scale=3, min_width=420):
            name = gr.Textbox(label="Name", placeholder="chosen from the date when empty", elem_id="train-name")
            inputs = _form()
        with gr.Column(scale=2, min_width=320, elem_id="train-side"):
            dataset = gr.Markdown(elem_id="train-dataset")
            estimate = gr.Markdown(elem_id="train-estimate")
            start = gr.Button("Start training", variant="primary", elem_id="train-start")
            message = gr.Markdown(elem_id="train-message")
            preview = gr.Button("Show augmented examples", size="sm", elem_id="train-preview")
            examples = gr.HTML(elem_id="train-examples")
    turn = gr.Number(0, visible=False, precision=0)
    started = gr.Number(visible=False, precision=0)
    values = list(inputs.values())
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    tab.select(partial(on_open, context), outputs=[dataset, inputs["start_from"], message, estimate], **private).then(
        partial(on_change, context, trials), inputs=values, outputs=estimate, **private
    )
    gr.on(
        [inputs[field].change for field in TIMED],
        partial(on_change, context, trials),
        inputs=values,
        outputs=estimate,
        trigger_mode="always_last",
        **private,
    )
    # A refusal is about the form as it was: it goes in the browser, at once, when the form is another.
    changes = [each.change for each in (name, *values)]
    gr.on(changes, None, outputs=message, js="() => ''", **private)
    preview.click(partial(on_preview, context), inputs=[turn, *values], outputs=[examples, turn], **private)
    start.click(partial(on_start, context), inputs=[name, *values], outputs=[message, started], **private).then(
        None, inputs=started, js=OPEN_RUN, **private
    )


def on_open(context: Context) -> tuple[str, Any, str, str]:
    """The tab was opened: what there is to train on, and which runs a new one can start from."""
    found = estimation.count(context.storage)
    choices = [("pretrained weights", "")]
    choices += [(_named(run), str(run.id)) for run in usable_models(context.storage)]
    trying = "" if found.problem else "Trying out how long an epoch takes on this machine…"
    return describe(found), gr.update(choices=choices), "", trying


def _named(run: Run) -> str:
    return f"run {run.id}: {run.name}{' ★ champion' if run.champion else ''}"


def on_change(context: Context, trials: estimation.Trials, *values: Any) -> str:
    """A choice changed: how long it will take, or why it cannot be."""
    found = estimation.count(context.storage)
    if found.problem:
        return ""
    try:
        config = read_form(values)
        result = estimation.estimate(
            context.storage, trials, config, train=found.train, val=found.val, settings=context.settings
        )
    except PlatesegError as error:
        return f"⚠️ {error}"
    return explain(result, config)


def on_start(context: Context, name: str, *values: Any) -> tuple[str, int | None]:
    """Start was clicked: queue the run, or say why not."""
    try:
        run = training.start(
            context.storage, read_form(values), name=name or "", settings=context.settings, now=context.clock()
        )
    except PlatesegError as error:
        return f"⚠️ **Not started.** {error}", None
    context.launcher.wake()
    return f"Run {run.id} is queued.", run.id


def on_preview(context: Context, turn: int, *values: Any) -> tuple[str, int]:
    """Show was clicked: other photographs and other variants each time, as the form would have them augmented."""
    try:
        config = read_form(values)
        items = augmented.examples(context.storage, count=PREVIEWS, turn=turn)
    except PlatesegError as error:
        return f"<p>⚠️ {escape(str(error))}</p>", turn
    asked = {name: getattr(config, name) for name in ("augment", "image_size", "crop_size", "seed")} | {"turn": turn}
    pictures = [
        f'<img src="/api/items/{item}/augmented?{escape(urlencode(asked))}" alt="augmented example" loading="lazy">'
        for item in items
    ]
    return f'<div class="examples">{"".join(pictures)}</div>', turn + 1


def read_form(values: tuple[Any, ...]) -> TrainConfig:
    """The configuration the form shows. Raises BadConfig."""
    given = dict(zip((spec.name for spec in fields(TrainConfig)), values, strict=True))
    whole = [spec.name for spec in fields(TrainConfig) if type(spec.default) is int]
    for key in whole:
        if isinstance(given[key], float) and given[key].is_integer():
            given[key] = int(given[key])
    return TrainConfig(**given)


def describe(found: estimation.Dataset) -> str:
    """What there is to train on, in words."""
    if found.problem:
        return f"### Nothing to train on yet\n{found.problem}"
    return (
        f"### {found.train + found.val} labelled photographs\n"
        f"about {found.train} to train on and {found.val} to validate on, frozen at the start; "
        f"{found.unlabelled} still wait for a mask."
    )


def explain(result: estimation.Estimate, config: TrainConfig) -> str:
    """An estimate in words, with a warning where it is long."""
    device = result.device.upper() if result.device in ("cpu", "mps") else "the GPU"
    basis = "as measured by an earlier run" if result.measured else "as a short trial says"
    lines = [
        f"### {in_words(result.seconds_per_epoch)} an epoch",
        f"{result.architecture} on {device}, {basis}. {config.epochs} epochs take about "
        f"**{in_words(result.seconds_per_epoch * config.epochs)}**.",
    ]
    if config.time_budget_minutes:
        lines.append(f"The time budget ends the run after {config.time_budget_minutes:g} minutes, with its best model.")
    if result.is_long:
        lines.append(
            "⚠️ **That is long.** Stop gives you the best model so far at any moment; a time budget of 15 minutes, "
            "a smaller image size or `unet_efficientnet_lite0` make it shorter."
        )
    return "\n\n".join(lines)


def _form() -> dict[str, Any]:
    """One input per field of TrainConfig, in its order; the rarely needed ones in a drawer."""
    made: dict[str, Any] = {}
    specs = {spec.name: spec for spec in fields(TrainConfig)}
    with gr.Group():
        for pair in (MAIN[0:2], MAIN[2:4], MAIN[4:6]):
            with gr.Row():
                for field in pair:
                    made[field] = _input(specs[field])
        made["encoder"] = _input(specs["encoder"])
        made["freeze_backbone"] = _input(specs["freeze_backbone"])
        made["start_from"] = _input(specs["start_from"])
    with gr.Accordion("More settings", open=False):
        for group in dict.fromkeys(spec.metadata.get("group", "") for spec in specs.values()):
            hidden = [
                spec for spec in specs.values() if spec.name not in made and spec.metadata.get("group", "") == group
            ]
            if hidden:
                gr.Markdown(f"**{group}**")
                with gr.Row():
                    made |= {spec.name: _input(spec) for spec in hidden}
    return {field: made[field] for field in specs}


def _input(spec: Field[Any]) -> Any:
    label, info = spec.metadata["label"], spec.metadata["help"]
    common = {"label": label, "info": info, "value": spec.default, "elem_id": f"train-{spec.name}"}
    if spec.name == "start_from":
        return gr.Dropdown(choices=[("pretrained weights", "")], allow_custom_value=True, **common)
    if spec.name == "architecture":
        described = [(f"{each.name}: {each.about}", each.name) for each in architectures.ARCHITECTURES]
        return gr.Dropdown(choices=[(AUTO, AUTO), *described], **common)
    if spec.name == "encoder":
        return gr.Dropdown(choices=list(ENCODERS), allow_custom_value=True, **common)
    if "offered" in spec.metadata:
        return gr.Dropdown(choices=list(spec.metadata["offered"]), allow_custom_value=True, min_width=160, **common)
    choices = spec.metadata.get("choices")
    if choices:
        return gr.Dropdown(choices=list(choices), min_width=160, **common)
    if isinstance(spec.default, bool):
        return gr.Checkbox(min_width=160, **common)
    precision = 0 if isinstance(spec.default, int) else None
    return gr.Number(precision=precision, min_width=160, **common)

"""The page: tabs in order, each laid out by its own file; nothing in a tab runs before it is opened."""

from __future__ import annotations

from typing import cast

import gradio as gr

from plateseg.ui import api
from plateseg.ui.context import Context
from plateseg.ui.tabs import annotate, dataset, predict, runs, train, upload

HEAD = """
<meta name="robots" content="noindex">
<script type="module">import("/static/shell/shell.js").then((shell) => shell.start());</script>
"""
# Cut off with clip: hidden, as Gradio has it, makes a box that scrolls, and nothing in it sticks to the window.
CSS = """
.gradio-container { max-width: none !important; padding: 0 !important; overflow: clip !important; }
.gradio-container .main.fillable { padding: 2px 12px 0 !important; max-width: none !important; }
.gradio-container main.contain { padding: 0 !important; }
#train-page { padding: 14px 0; }
#train-side { padding: 4px 12px; }
@media (min-width: 820px) {
  #train-side { position: sticky; top: 14px; max-height: calc(100vh - 28px); overflow-y: auto; }
}
#train-examples .examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 6px; }
#train-examples img { width: 100%; border-radius: 4px; }
#train-page .form > .block { display: flex; flex-direction: column; }
#train-page .form > .block > .container { display: flex; flex: 1; flex-direction: column; }
#train-page .form > .block > .container > :is(input, .wrap) { margin-top: auto; }
@media (max-width: 560px) {
  .tab-wrapper .tab-container > button { padding: 0 7px; font-size: 13px; }
}
@media (max-width: 380px) {
  .tab-wrapper .tab-container > button { padding: 0 4px; font-size: 12.5px; }
}
footer { display: none !important; }
"""
TABS = (
    ("Upload", "upload", upload.build),
    ("Annotate", "annotate", annotate.build),
    ("Dataset", "dataset", dataset.build),
    ("Train", "train", train.build),
    ("Runs", "runs", runs.build),
    ("Predict", "predict", predict.build),
)


def build(context: Context) -> gr.Blocks:
    """The whole page as Gradio blocks, ready to be mounted."""
    with gr.Blocks(title="plateseg", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        with gr.Tabs(elem_id="tabs"):
            for label, name, build_tab in TABS:
                with gr.Tab(label, id=name, elem_id=f"tab-{name}") as tab:
                    build_tab(context, tab)
        api.publish(context)
    return cast(gr.Blocks, page)


def theme() -> gr.themes.Base:
    """Gradio's default look with the system's own fonts: none is fetched from anywhere; boxes to tick stand out."""
    base = gr.themes.Default(
        primary_hue="blue",
        neutral_hue="slate",
        font=["ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
    return base.set(checkbox_border_color="*neutral_500", checkbox_border_color_dark="*neutral_400")

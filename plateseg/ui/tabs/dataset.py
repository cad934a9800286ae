"""Dataset: what it holds, how it is split, and which labels a person should see."""

from __future__ import annotations

import gradio as gr

from plateseg.ui.context import Context
from plateseg.ui.hosted import hosted


def build(_context: Context, _tab: gr.Tab) -> None:
    """Lay out the tab: one component of our own, which talks to the data routes."""
    hosted("dataset", "/static/dataset/dataset.js")

"""Upload: drop photographs in, see what became of them, browse them."""

from __future__ import annotations

import gradio as gr

from plateseg.ui.context import Context
from plateseg.ui.hosted import hosted


def build(_context: Context, _tab: gr.Tab) -> None:
    """Lay out the tab: one component of our own, which talks to the data routes."""
    hosted("upload", "/static/upload/upload.js")

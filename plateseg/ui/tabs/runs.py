"""Runs: live curves, logs, previews and the buttons of each run."""

from __future__ import annotations

import gradio as gr

from plateseg.ui.context import Context
from plateseg.ui.hosted import hosted


def build(_context: Context, _tab: gr.Tab) -> None:
    """Lay out the tab: one component of our own, which talks to the data routes."""
    hosted("runs", "/static/curves/runs.js")

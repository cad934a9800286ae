"""A component of our own inside a Gradio tab: an empty box that fetches its module when the tab is first opened."""

from __future__ import annotations

import json

import gradio as gr


def hosted(tab: str, module_url: str) -> gr.HTML:
    """The box. tab: the tab's id; module_url: an ES module that exports mount(element)."""
    load = (
        f"import('/static/shell/host.js').then(({{ host }}) => "
        f"host(element, {json.dumps(tab)}, {json.dumps(module_url)}));"
    )
    return gr.HTML(
        value="",
        html_template="<div></div>",
        js_on_load=load,
        apply_default_css=False,
        elem_id=f"hosted-{tab}",
        container=False,
        padding=False,
    )

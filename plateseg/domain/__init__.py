"""Pure decisions about images, masks and numbers: no files, no clock, no network, no torch, no gradio."""

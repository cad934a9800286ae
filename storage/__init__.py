"""SQL and bytes: what plateseg remembers. Imports the domain's nouns; never gradio, never torch."""

from storage.storage import Storage, open_storage

__all__ = ["Storage", "open_storage"]

"""plateseg's web app: settings -> storage -> page -> serve. `make run`, or `python app.py`."""

from __future__ import annotations

import os
import sys

from plateseg.errors import PlatesegError
from plateseg.logs import start_logging
from plateseg.settings import Settings, read_settings


def main() -> int:
    """Serve until interrupted; returns the exit code."""
    start_logging()
    try:
        serve(read_settings())
    except PlatesegError as error:
        print(f"plateseg cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def serve(settings: Settings) -> None:
    """Open storage and answer on the settings' address. Raises PlatesegError when that cannot be."""
    # Gradio reads these when it is imported: no telemetry, and uploads stay in the data folder.
    os.environ.update(
        GRADIO_ANALYTICS_ENABLED="False",
        HF_HUB_DISABLE_TELEMETRY="1",
        # Threads of a prediction that spin while they wait would take the cores from the browser.
        OMP_WAIT_POLICY="PASSIVE",
        GRADIO_TEMP_DIR=str(settings.scratch / "gradio"),
    )
    from plateseg.ui.serving import serve_forever

    serve_forever(settings)


if __name__ == "__main__":
    sys.exit(main())

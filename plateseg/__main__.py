"""python -m plateseg."""

import sys

from plateseg.cli import main

if __name__ == "__main__":
    sys.exit(main())

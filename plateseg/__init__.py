"""plateseg: semantic segmentation of license plates, as a loop of correcting and training."""

__version__ = "0.2.1"

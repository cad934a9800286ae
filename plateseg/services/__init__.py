"""One file per tab and CLI verb: plain functions, storage is the first argument."""

"""One file per tab: build(...) lays out, on_... handles."""

"""The networks and how they learn. torch lives in this room and nowhere else; it opens no database and draws no page."""

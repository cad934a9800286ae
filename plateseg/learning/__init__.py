"""The networks and how they learn. torch lives here and nowhere else; no database and no page is known here."""

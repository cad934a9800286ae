"""What `make bench` prints: every claim of speed and quality comes from here."""

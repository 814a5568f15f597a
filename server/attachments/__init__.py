"""Photos, signatures and documents: pieces that arrive, and files that are kept."""

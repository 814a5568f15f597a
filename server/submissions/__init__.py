"""Records as they are stored: tables, texts, locks, and the order in which to read them."""

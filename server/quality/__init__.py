"""Signs of poor fieldwork: which records carry them, whose, and what the table is without them."""

"""From an XLSForm to a definition, and everything said to its author on the way."""

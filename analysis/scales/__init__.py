"""How well several questions measure one thing, and what moves it."""

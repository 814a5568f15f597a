"""The command izdes: serve, doctor, estimate, and the doors of every capability."""

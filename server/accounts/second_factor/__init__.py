"""The second factor: a code of a telephone beside the password."""

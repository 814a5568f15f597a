"""Signs that an interview, or an interviewer, deserves a second look."""

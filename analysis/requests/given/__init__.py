"""What a request gives: its file, entries, records, domains and design."""

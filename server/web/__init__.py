"""What every page and address shares: access, problems, languages, safety, formats."""

"""The words İZDES shares: forms, submissions, problems, geography. No web, no database."""

"""The words İZDES shares: forms, expressions, submissions, problems, geography. No web, no database."""

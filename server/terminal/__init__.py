"""What the commands of izdes share: language, application, tables."""

"""The database, the data folder, the audit trail."""

"""The database: state and journal, written together."""

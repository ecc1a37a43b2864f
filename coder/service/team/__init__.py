"""Team members, assignments, withdrawn articles and codings: `members`."""

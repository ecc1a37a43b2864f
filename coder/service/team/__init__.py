"""Team members, assignments and withdrawn articles: `members`."""

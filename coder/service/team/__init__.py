"""Who is in the team (`members`), who codes what, and which articles are out of work (`assignment`)."""

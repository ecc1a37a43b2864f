"""Who is in the team, who codes what, and which articles are out of work: `members`."""

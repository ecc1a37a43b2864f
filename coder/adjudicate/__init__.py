"""From disagreements to gold: what differs, and what a supervisor decides."""

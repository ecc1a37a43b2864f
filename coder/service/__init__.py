"""What can be done with a project; each verb is one unit of work."""

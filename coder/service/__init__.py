"""What can be done with a project: each verb is one unit of work.

Rooms, from the bottom: edits, project, team, learning, delivery, upkeep, figures, publication, coding,
review. They may use every room below the service. `sample_project` makes the sample project with all of them.
"""

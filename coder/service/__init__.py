"""The operations on a project; each is one unit of work.

Packages, from the lowest layer up: edits, project, team, learning, delivery, figures,
upkeep, coding, review, publication. They may use all layers below the service.
`sample_project` creates the sample project.
"""

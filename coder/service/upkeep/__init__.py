"""A project checked (`integrity`), and brought to a new revision of its codebook
(`codebook_upgrade`).
"""

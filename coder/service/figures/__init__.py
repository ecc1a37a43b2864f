"""What is measured over a project: progress, agreement, the suggester by the blind
sample (`progress`).
"""

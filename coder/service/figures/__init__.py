"""What is measured over a project: progress, agreement, and the suggester by the blind sample.

The door is `progress`.
"""

"""The screens, one per module, and the modules that implement their keys.

The entry points are `coding_screen.CodingScreen`, `review_screen.ReviewScreen` and
`self_test.DoctorScreen`.
"""

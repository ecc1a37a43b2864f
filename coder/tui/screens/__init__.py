"""One screen a module, and the parts that its keys are divided among.

The doors are `coding_screen.CodingScreen`, `review_screen.ReviewScreen` and `self_test.DoctorScreen`.
"""

"""Publishes self-describing datasets (`dataset_folder`), adds texts (`attached`), and
reads projects.
"""

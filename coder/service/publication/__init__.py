"""A dataset that explains itself, made (`dataset_folder.publish`), and joined with its texts (`attached`)."""

"""Into a project and out of it: articles and codings (`intake`), `datasets`, `packets`, `project_copy`."""

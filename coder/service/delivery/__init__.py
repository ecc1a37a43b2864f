"""Import and export: articles and codings (`intake`), `datasets`, `packets`,
`project_copy`, `releases`.
"""

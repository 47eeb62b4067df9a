"""What each tree must answer, written from the passages of the sources: not from the trees, and not from the engine.

`TABLE` at the end of each module brings its lines together. A new one joins `every_table.py`.
"""

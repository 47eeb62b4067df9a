"""Reading source documents: imperfect text in, sections and citable passages out.

Pure Python: nothing here knows Django or the database. `read_file` gets the text of a file, `read_edition` finds its
parts. What is particular to one source is data in its `source.yaml`, never code.
"""

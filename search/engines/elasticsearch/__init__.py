"""The Elasticsearch engine: for many users, and for more passages than one file serves well.

Nothing here is imported until the engine is asked for: the client takes a second to import.
"""

"""What each tree must answer, written from the passages of the sources: not from the trees, and not from the engine."""

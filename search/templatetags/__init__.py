"""Tags of the search templates."""

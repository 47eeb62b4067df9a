"""What changes something in the guidance, one use case to a module."""

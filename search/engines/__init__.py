"""The engines that answer plans, by name."""

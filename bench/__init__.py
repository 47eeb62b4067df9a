"""Figures of the portal: how well it searches, and what its pages cost beside stock Wagtail with the same text."""

"""The tree editor inside Wagtail's page editor: its panel, its hidden fields, and the words it is told."""

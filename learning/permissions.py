"""The names of what a person may do with progress. Asked through `guidance.permissions.permits`."""

KEEP_PROGRESS = "learning.keep_progress"
VIEW_PROGRESS = "learning.view_progress"

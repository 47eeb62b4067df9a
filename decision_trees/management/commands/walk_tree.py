"""Walk a published tree from the shell."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from decision_trees.engine.answers import answers_from_json
from decision_trees.engine.walk import walk
from decision_trees.services import context_on, find_tree, lacks_figures, trees_by_situation
from decision_trees.shell import journey_as_json, journey_as_text

#: A number comes with its unit wherever the question offers more than one.
EXAMPLE = '{"looks": "withdrawal", "reading": {"value": "0.42", "unit": "mg-l"}, "risks": ["none"]}'


class Command(BaseCommand):
    help = "Walk a tree with some answers, and print where they lead and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The tree, as in its address.")
        parser.add_argument("--answers", default="{}", help=f"As JSON: '{EXAMPLE}'.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = AnonymousUser()
        published = find_tree(options["slug"], user=reader)
        if published is None:
            known = ", ".join(line.slug for line in trees_by_situation(reader)) or "none; run load_content first"
            raise CommandError(f"No published tree is called “{options['slug']}”. Published: {known}.", returncode=2)
        answers, problems = answers_from_json(published.tree, _answers(options["answers"]))
        context = context_on(timezone.localdate())
        if lacks_figures(published, context):
            missing = ", ".join(sorted(published.figures - set(context.figures)))
            raise CommandError(
                f"No result can be given: the tree reads a figure that is not in force today ({missing})."
            )
        journey = walk(published.tree, answers, context)
        described = journey_as_json(published, journey, problems)
        if options["as_json"]:
            self.stdout.write(json.dumps(described, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(journey_as_text(described))
        if problems:
            refused = ", ".join(dict.fromkeys(problem.question for problem in problems))
            raise CommandError(f"Not every answer could be used ({refused}). See above what to enter.", returncode=2)


def _answers(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise CommandError(f'--answers is not JSON ({error}). Write: \'{{"looks": "neither"}}\'.', returncode=2)
    if not isinstance(given, dict):
        raise CommandError("--answers is a JSON object of question ids and answers.", returncode=2)
    return given

"""Search quality by category of query, on the portal as it is set up: `python bench/search_quality.py [--json]`.

Wants the judged queries in `SEARCH_JUDGED`, or in `shared/search` beside the repository, and an index.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURES = ("ndcg@10", "mrr@10", "recall@20", "success@1", "success@5")


def main() -> int:
    """Run the judged queries and print what they scored."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the whole report as JSON")
    parser.add_argument("--engine", default="embedded")
    options = parser.parse_args()
    judged = Path(os.environ.get("SEARCH_JUDGED", ROOT.parent / "shared" / "search"))
    if not (judged / "evaluate.py").is_file():
        print(f"No judged queries in {judged}. Set SEARCH_JUDGED to their folder.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        report, seconds = _measured(judged, Path(folder) / "run.jsonl", options.engine)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        _print_table(report, seconds)
    return 0


def _measured(judged: Path, run: Path, engine: str) -> tuple[dict[str, dict], float]:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    import django
    from django.core.management import call_command

    django.setup()
    queries = judged / "dev-queries.jsonl"
    started = time.process_time()
    with open(os.devnull, "w") as nowhere:
        call_command("search", "--queries", str(queries), "--run", str(run), "--engine", engine, stdout=nowhere)
    seconds = time.process_time() - started
    judgments = judged / "dev-judgments.jsonl"
    command = [sys.executable, str(judged / "evaluate.py"), "--queries", str(queries), "--judgments", str(judgments)]
    scored = subprocess.run([*command, "--run", str(run), "--json"], capture_output=True, text=True, check=True)
    return json.loads(scored.stdout), seconds


def _print_table(report: dict[str, dict], seconds: float) -> None:
    print(f"{'search quality':16}{'queries':>8}" + "".join(f"{measure:>11}" for measure in MEASURES))
    rows = [*report["categories"].items(), ("overall", report["overall"])]
    asked = report["overall"]["queries"] + report["off_topic"]["queries"]
    for name, row in rows:
        print(f"{name:16}{row['queries']:>8}" + "".join(f"{row[measure]:>11.3f}" for measure in MEASURES))
    print(f"off-topic: {report['off_topic']['mean_hits']:.1f} hits a query in the first twenty")
    print(
        f"overlong hits: {report['overall']['overlong']}; CPU {1000 * seconds / asked:.0f} ms a query, first time asked"
    )


if __name__ == "__main__":
    raise SystemExit(main())

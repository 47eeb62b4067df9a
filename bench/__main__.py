"""`python -m bench`: search quality, proofs beside z3, CPU time per request beside stock Wagtail, searches by size.

Sets up a portal and a peer in a temporary folder, and uses the documents in `SOURCES` and the judged queries in
`SEARCH_JUDGED` where they are at hand.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import proof, search_cost
from bench.request_cost import PAGES, ROOT, both_sites, environment_of_portal, measure, portal, print_table
from tests.support.sources import find_sources_dir

#: How `bench.search_quality` ends where there are no judged queries.
NOT_AT_HAND = 2


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--keep", type=Path, help="set up in this folder, or use what an earlier run has left there")
    parser.add_argument("--profile", choices=PAGES, help="instead of the tables: where the time of this page goes")
    parser.add_argument("--warm", action="store_true", help="with --profile: with warm caches")
    parser.add_argument("--only", choices=("search", "proof", "requests", "sizes"), help="one of the tables")
    parser.add_argument("--sizes", type=int, nargs="+", default=search_cost.SIZES, help="texts in the table of sizes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        if options.profile:
            with portal(folder) as ours:
                print(ours.do("profile", address=PAGES[options.profile], times=20, empty=not options.warm))
            return 0
        if options.only in (None, "search"):
            with portal(folder):
                pass
            print_search_quality(folder)
        if options.only in (None, "proof"):
            proof.print_table(*proof.measure())
        if options.only in (None, "requests"):
            with both_sites(folder) as sites:
                print_table(measure(*sites))
        if options.only in (None, "sizes"):
            search_cost.print_tables(folder, options.sizes)
    return 0


def print_search_quality(folder: Path) -> None:
    """The table of the judged queries, or one line where they are not at hand."""
    if find_sources_dir() is None:
        print(
            "Search quality: not measured, because the judgments are about the documents. Set SOURCES to their folder."
        )
        return
    done = subprocess.run(
        [sys.executable, "-m", "bench.search_quality"],
        cwd=ROOT,
        env=environment_of_portal(folder),
        capture_output=True,
        text=True,
    )
    if done.returncode == NOT_AT_HAND:
        print(f"Search quality: not measured. {done.stderr.strip().splitlines()[-1]}")
    else:
        done.check_returncode()
        print(done.stdout)


if __name__ == "__main__":
    raise SystemExit(main())

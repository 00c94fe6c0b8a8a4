"""`make bench`: what speed and size claims are measured with. Prints; asserts nothing.

The machine is shared: read the ratios within one run, not seconds of two runs.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT, Settings

PARTS = ("bundled", "whole", "pages", "projection", "parsing", "kpi")


def main() -> None:
    """Run the parts asked for, by default all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: all")
    parser.add_argument(
        "--answers",
        type=Path,
        default=Path(os.environ.get("KUNTALUOTSI_REFERENCE_DATA", PROJECT_ROOT.parent / "shared" / "data"))
        / "mirror",
        help="folder of official answers for all municipalities, for the part `whole`",
    )
    parser.add_argument(
        "--libraries",
        type=Path,
        metavar="PYTHON",
        help="an interpreter with pyjstat and pyaxis, to measure them beside, for the part `parsing`",
    )
    arguments = parser.parse_args()
    parts = arguments.parts or PARTS
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    if "bundled" in parts:
        from benchmarks import refresh

        refresh.measure("bundled", Settings().bundled_dir)
    if "whole" in parts:
        if arguments.answers.is_dir():
            from benchmarks import refresh

            refresh.measure("answers", arguments.answers)
        else:
            print(f"\nNOT RUN: no folder of official answers at {arguments.answers} (--answers FOLDER)")
    if "pages" in parts:
        from benchmarks import pages

        pages.measure()
    if "projection" in parts:
        from benchmarks import projection

        projection.measure()
    if "parsing" in parts:
        from benchmarks import parsing

        parsing.measure(arguments.libraries)
    if "kpi" in parts:
        if Settings().warehouse_path.is_file():
            from benchmarks import kpi_layer

            kpi_layer.measure(Settings().warehouse_path)
        else:
            print(f"\nNOT RUN: no warehouse at {Settings().warehouse_path}; make one with a refresh")
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()

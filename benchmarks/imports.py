"""Import every shared catalogue whole; print rows, what was kept and read, memory and time.

    python benchmarks/imports.py [FOLDER] [--check]

FOLDER holds mit, rpi, princeton ... (default: ../shared/imports). Each import runs in a process of its own,
whose peak memory is printed; it fails if one takes more than 1 GB.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mlgraph
from mlgraph.build.dataset import check_data
from mlgraph.build.derive import authored
from mlgraph.build.opening import shipped_dataset
from mlgraph.interchange.imports.ground import ground_of
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.run import Setup, run_import
from mlgraph.rdf.reader import read_turtle

PLACES = {
    "mit": "mit",
    "rpi": "rpi",
    "princeton": "princeton",
    "curricular": "curricular_analytics/nuanalytics/plans",
    "esco": "esco",
    "onet": "onet",
}
LIMIT_MB = 1000


def one(form: str, source: Path, *, check: bool) -> None:
    """Run one import in this process and print its figures as JSON."""
    reader = READERS[form]
    ground = ground_of(mlgraph.open_store())
    with tempfile.TemporaryDirectory(prefix="mlgraph-imports-") as folder:
        start = time.perf_counter()
        setup = Setup(
            reader, source, Path(folder), "2026-11-25", reader.origin.institution or f"{form}-source"
        )
        report = run_import(setup, ground).report
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        errors = -1
        if check:
            base = authored(read_turtle(shipped_dataset(), limit=2**33))
            errors = sum(each.severity == "error" for each in check_data([Path(folder)], base)[1])
        size = sum(each.stat().st_size for each in Path(folder).glob("*.ttl")) / 1e6
    texts = report.requirements["texts"]
    print(
        json.dumps(
            {
                "format": form,
                "rows": report.rows,
                "kept": report.kept,
                "used": sum(report.used.values()),
                "leftOut": sum(report.left_out.values()),
                "requirements": texts,
                "share read": round(report.requirements["read"] / texts, 4) if texts else None,
                "proposed": report.claims["proposed"],
                "verified": report.claims["verified"],
                "MB written": round(size, 1),
                "peak MB": round(peak),
                "seconds": round(seconds, 1),
                "errors": errors if check else "not checked",
            }
        )
    )


def main() -> int:
    """Run every import in a child and print a table."""
    arguments = [each for each in sys.argv[1:] if not each.startswith("--")]
    if arguments and arguments[0] in PLACES and len(arguments) == 2:
        one(arguments[0], Path(arguments[1]), check="--check" in sys.argv)
        return 0
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2] / "shared" / "imports"
    worst = 0
    for form, place in PLACES.items():
        if not (folder / place).exists():
            print(f"{form}: no {folder / place}, left out")
            continue
        command = [
            sys.executable,
            __file__,
            form,
            str(folder / place),
            *(["--check"] if "--check" in sys.argv else []),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        figures = json.loads(done.stdout)
        worst = max(worst, figures["peak MB"])
        print("  ".join(f"{name} {value}" for name, value in figures.items()))
    return 0 if worst <= LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())

"""Import every shared catalogue whole; print rows, what was kept and read, memory and time.

    python benchmarks/imports.py [FOLDER] [--check]

FOLDER holds mit, rpi, princeton ... (default: imports in MLGRAPH_SHARED, else in ../shared). Of schema.org, CTDL and the CSV template there
are no catalogues in it: the exports of the shipped graph and 20,000 made-up courses stand in. Each import runs in a
process of its own, whose peak memory is printed; it fails if one takes more than 1 GB.
"""

from __future__ import annotations

import csv
import json
import os
import random
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
from mlgraph.interchange.linkeddata import to_ctdl, to_schema_org
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import EmbeddedStore

PLACES = (
    ("mit", "mit"),
    ("rpi", "rpi"),
    ("princeton", "princeton"),
    ("curricular", "curricular_analytics"),
    ("esco", "esco"),
    ("esco", "esco/tabiya_1.1.1"),
    ("onet", "onet"),
)
MADE = (("schema-org", "schema-org.jsonld"), ("ctdl", "ctdl.jsonld"), ("csv", "own.csv"))
LIMIT_MB = 1000
MADE_ROWS = 20_000


def one(form: str, source: Path, *, check: bool) -> None:
    """Run one import in this process and print its figures as JSON."""
    reader = READERS[form]
    over_nothing = source.name in {
        name for _, name in MADE[:2]
    }  # over their own graph nothing of them is new
    ground = ground_of(EmbeddedStore.of_quads([]) if over_nothing else mlgraph.open_store())
    with tempfile.TemporaryDirectory(prefix="mlgraph-imports-") as folder:
        start = time.perf_counter()
        setup = Setup(
            reader, source, Path(folder), "2026-11-25", reader.origin.institution or f"{form}-source"
        )
        report = run_import(setup, ground).report
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        errors = -1
        if check and not over_nothing:
            base = authored(read_turtle(shipped_dataset(), limit=2**33))
            errors = sum(each.severity == "error" for each in check_data([Path(folder)], base)[1])
        size = sum(each.stat().st_size for each in Path(folder).glob("*.ttl")) / 1e6
    texts = report.requirements["texts"]
    print(
        json.dumps(
            {
                "format": form,
                "source": source.name,
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
                "errors": errors if errors >= 0 else "not checked",
            }
        )
    )


def made(folder: Path) -> None:
    """Write what has no shared catalogue: two exports of the shipped graph, and a catalogue by the template."""
    store = mlgraph.open_store()
    for form, export in (("schema-org", to_schema_org), ("ctdl", to_ctdl)):
        (folder / f"{form}.jsonld").write_text(export(store), encoding="utf-8")
    draw = random.Random(7)
    words = "linear regression gradient statistics data probability networks trees of and the in with".split()
    with (folder / "own.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "title", "description", "credits", "terms", "prerequisites"])
        for number in range(MADE_ROWS):
            asked = [f"C {draw.randrange(number)}" for _ in range(draw.randrange(4))] if number > 9 else []
            text = " ".join(draw.choices(words, k=40))
            out.writerow([f"C {number}", f"Course {number}", text, 6, "Fall", " or ".join(asked)])


def main() -> int:
    """Run every import in a child and print a table."""
    arguments = [each for each in sys.argv[1:] if not each.startswith("--")]
    if arguments[:1] == ["made"]:
        made(Path(arguments[1]))
        return 0
    if len(arguments) == 2:
        one(arguments[0], Path(arguments[1]), check="--check" in sys.argv)
        return 0
    shared = Path(os.environ.get("MLGRAPH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folder = Path(arguments[0]) if arguments else shared / "imports"
    worst = 0
    with tempfile.TemporaryDirectory(prefix="mlgraph-made-") as place:
        # in a child too: the peak of a process starts at that of the one that forked it
        subprocess.run([sys.executable, __file__, "made", place], check=True)
        sources = [(form, folder / name) for form, name in PLACES]
        sources += [(form, Path(place) / name) for form, name in MADE]
        for form, source in sources:
            if not source.exists():
                print(f"{form}: no {source}, left out")
                continue
            command = [sys.executable, __file__, form, str(source)]
            command += ["--check"] if "--check" in sys.argv else []
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            figures = json.loads(done.stdout)
            worst = max(worst, figures["peak MB"])
            print("  ".join(f"{name} {value}" for name, value in figures.items()), flush=True)
    return 0 if worst <= LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())

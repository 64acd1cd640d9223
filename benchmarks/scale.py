"""Measure catalogues of 1,000 to 1,000,000 courses; print Markdown tables. Never a test; `plan` is not in it.

    python benchmarks/scale.py FOLDER [--courses 1000 10000 100000 1000000] [--topics 20000] [--rounds 5]
                               [--loads 1] [--only NAME ...] [--keep]

Of each size: the first command with `--data`, which loads, against a bare `pyoxigraph` that loads the same triples
and arranges them, each in a process of its own on two folders of one disk; the size of both stores; then the everyday
commands as whole processes on the ready store, against the same command on the shipped data, the runs of both
in turns, so that the load of the machine hits both. Peak memory is measured in a run of its own. Memory is that
of the process and its children together.

Catalogues and stores in FOLDER are used again where they are, the loads then left out; `--keep` leaves them there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from mlgraph.build.opening import shipped_dataset
from mlgraph.rdf.cache import stores_in

HERE = Path(__file__).resolve().parent
SCRIPT = str(Path(sys.executable).with_name("mlgraph"))
_RAW = """
import sys, pyoxigraph as ox
store = ox.Store(sys.argv[1])
for path in sys.argv[2:]:
    store.bulk_load(path=path)
store.optimize()
store.flush()
print(len(store))
"""
_KNOWN = "linear-algebra,calculus,probability"
MADE = "course/made-0-d07-200"  # every catalogue has it; what stands for it in the shipped data is below
SHIPPED_COURSE = "course/stanford-cs229"
# name -> arguments on the catalogue, and on the shipped data where they cannot be the same
COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    name: (asked.split(), (instead or asked).split())
    for name, asked, instead in (
        ("prereqs deep-learning", "prereqs deep-learning", ""),
        ("prereqs of a made topic", "prereqs topic:made-7777", "prereqs deep-learning"),
        ("path", f"path {_KNOWN.replace(',', ' ')} --to transformer", ""),
        ("courses --topic transformer", "courses --topic transformer", ""),
        ("show, a shipped course", f"show {SHIPPED_COURSE}", ""),
        ("show, a made course", f"show {MADE}", f"show {SHIPPED_COURSE}"),
        ("search gradient", "search gradient", ""),
        ("search, misspelt", "search tranformers", ""),
        ("unlocks vector", "unlocks vector", ""),
        ("next", f"next --known {_KNOWN}", ""),
        ("next --to a role", f"next --known {_KNOWN} --to data-scientist", ""),
        ("roles", "roles", ""),
        ("roles --for-me", f"roles --for-me --known {_KNOWN}", ""),
        ("role data-scientist", "role data-scientist", ""),
        ("programs --for", "programs --for data-scientist", ""),
    )
} | {
    "query, one SELECT": (
        ["query", "SELECT ?t WHERE { topic:deep-learning mlg:requires ?t }"],
        ["query", "SELECT ?t WHERE { topic:deep-learning mlg:requires ?t }"],
    )
}


class Run(NamedTuple):
    """One run of a process: seconds, peak megabytes (0: not measured), what it printed."""

    seconds: float
    peak: float
    output: str


class Sizes(NamedTuple):
    """What the loads of one catalogue took."""

    text: float
    ours: Run
    raw: Run
    stored: float
    raw_stored: float


def _resident(pid: int) -> int:
    """Return the bytes in memory of a process and all below it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE") + sum(_resident(int(each)) for each in below)


def run(command: list[str], environment: dict[str, str], *, watched: bool = False) -> Run:
    """Run a process to its end; watched, look at its memory every 20 ms, and what it says itself of its peak."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        over = threading.Event()
        seen = [0]

        def watch() -> None:
            while not over.wait(0.02):
                seen[0] = max(seen[0], _resident(process.pid))

        watcher = threading.Thread(target=watch)
        if watched:
            watcher.start()
        output, told = process.communicate()
        seconds = time.perf_counter() - start
        over.set()
        if watched:
            watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}\n{told}")
    return Run(seconds, seen[0] / 1e6, output)


def _on_disk(folder: Path) -> float:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 1e6


def loads(catalogue: Path, place: Path, environment: dict[str, str], rounds: int) -> Sizes:
    """Load a catalogue through a command and through the bare engine, in turns; return the medians by time."""
    ours: list[Run] = []
    bare: list[Run] = []
    for _ in range(rounds):
        for each in Path(environment["MLGRAPH_CACHE"]).glob("store-*-catalogue-*"):
            shutil.rmtree(each)
        command = [SCRIPT, "prereqs", "deep-learning", "--data", str(catalogue)]
        ours.append(run(command, environment, watched=True))
        raw = place / "raw"
        files = [str(shipped_dataset()), *map(str, sorted(catalogue.glob("*.nt")))]
        bare.append(run([sys.executable, "-c", _RAW, str(raw), *files], environment, watched=True))
        raw_stored = _on_disk(raw)
        shutil.rmtree(raw)
    return Sizes(
        _on_disk(catalogue),
        sorted(ours)[rounds // 2],
        sorted(bare)[rounds // 2],
        max(size for _, size in stores_in(Path(environment["MLGRAPH_CACHE"]))) / 1e6,
        raw_stored,
    )


def questions(
    catalogue: Path, environment: dict[str, str], rounds: int, only: list[str]
) -> dict[str, tuple[float, float, float, int]]:
    """Return for each command the seconds on the catalogue, those on the shipped data, peak MB and lines printed."""
    found = {}
    for name, (asked, instead) in COMMANDS.items():
        if only and not any(each in name for each in only):
            continue
        large, small = [SCRIPT, *asked, "--data", str(catalogue)], [SCRIPT, *instead]
        first = run(large, environment, watched=True)  # also warms what the system keeps of the files
        run(small, environment)
        times = [(run(large, environment).seconds, run(small, environment).seconds) for _ in range(rounds)]
        medians = [statistics.median(each) for each in zip(*times, strict=True)]
        found[name] = (medians[0], medians[1], first.peak, first.output.count("\n"))
    return found


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def load_table(found: dict[int, Sizes]) -> str:
    """Return what the loads took as a table."""
    head = ["courses", "N-Triples", "triples", "load", "of the bare engine", "ratio", "peak memory"]
    head += ["of the bare engine", "store", "of the bare engine"]
    return _table(
        head,
        [
            [
                f"{count:,}",
                f"{each.text:,.0f} MB",
                f"{int(each.raw.output):,}",
                f"{each.ours.seconds:.1f} s",
                f"{each.raw.seconds:.1f} s",
                f"{each.ours.seconds / each.raw.seconds:.2f}",
                f"{each.ours.peak:,.0f} MB",
                f"{each.raw.peak:,.0f} MB",
                f"{each.stored:,.0f} MB",
                f"{each.raw_stored:,.0f} MB",
            ]
            for count, each in found.items()
        ],
    )


def question_table(found: dict[int, dict[str, tuple[float, float, float, int]]]) -> str:
    """Return what the commands took as a table: for each size seconds, ratio, memory and lines."""
    head = ["command", *(f"{count:,}" for count in found)]
    names = next(iter(found.values()))
    return _table(
        head,
        [
            [name]
            + [
                f"{ours:.2f} s, {ours / shipped:.1f} x, {peak:,.0f} MB, {lines:,} lines"
                for ours, shipped, peak, lines in (each[name] for each in found.values())
            ]
            for name in names
        ],
    )


def main() -> int:
    """Make the catalogues, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--courses", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--topics", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument("--loads", type=int, default=1, help="loads of each catalogue (default 1)")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="only commands whose name has this"
    )
    parser.add_argument("--keep", action="store_true", help="leave catalogues and stores in the folder")
    given = parser.parse_args()
    # Bytecode is cached, as it is for everybody who did not switch that off; nobody's own profile counts.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    sizes: dict[int, Sizes] = {}
    answers: dict[int, dict[str, tuple[float, float, float, int]]] = {}
    print(f"load of the machine {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores")
    for count in given.courses:
        place = given.folder / str(count)
        catalogue, cache = place / "catalogue", place / "cache"
        own = environment | {"MLGRAPH_CACHE": str(cache), "MLGRAPH_PROFILE": str(place / "nobody.json")}
        if not catalogue.is_dir():
            made = [sys.executable, str(HERE / "catalogue.py"), str(catalogue)]
            run([*made, "--courses", str(count), "--topics", str(given.topics)], own)
        run([SCRIPT, "prereqs", "deep-learning"], own)  # the store of the shipped data is there before
        if not any(cache.glob("store-*-catalogue-*")):
            sizes[count] = loads(catalogue, place, own, given.loads)
            print(load_table({count: sizes[count]}), file=sys.stderr)
        answers[count] = questions(catalogue, own, given.rounds, given.only)
        print(question_table({count: answers[count]}), file=sys.stderr)
        if not given.keep:
            shutil.rmtree(place)
    if sizes:
        print(f"\n{load_table(sizes)}")
    print(f"\n{question_table(answers)}")
    print(f"\nload of the machine {os.getloadavg()[0]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

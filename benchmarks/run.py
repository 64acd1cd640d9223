"""Measure the bars of the design, as ratios within one run; medians of several runs. Never a test.

Run it with `make bench` on a quiet machine. Absolute times are printed for orientation only.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

import mlgraph
from mlgraph.build.opening import shipped_dataset
from mlgraph.rdf.cache import fill_engine
from mlgraph.vocab import PREFIXES

PYTHON = sys.executable
SCRIPT = str(Path(PYTHON).with_name("mlgraph"))


def median_of(commands: dict[str, list[str]], rounds: int, environment: dict[str, str]) -> dict[str, float]:
    """Return the median seconds of each command; the rounds are interleaved, so load hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def whole_process(rounds: int, environment: dict[str, str]) -> None:
    """`mlgraph prereqs deep-learning` against `python -c pass`: the bar is 9."""
    subprocess.run(
        [SCRIPT, "prereqs", "deep-learning"], stdout=subprocess.DEVNULL, check=True, env=environment
    )
    found = median_of(
        {
            "python -c pass": [PYTHON, "-c", "pass"],
            "mlgraph --version": [SCRIPT, "--version"],
            "mlgraph prereqs deep-learning": [SCRIPT, "prereqs", "deep-learning"],
        },
        rounds,
        environment,
    )
    base = found["python -c pass"]
    for name, seconds in found.items():
        bar = "  (bar 9)" if "prereqs" in name else ""
        print(f"  {name:32} {seconds * 1000:7.1f} ms {seconds / base:6.2f} x{bar}")


def first_run() -> None:
    """The first run ever, building the cache: the bar is 2 s."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            subprocess.run(
                [SCRIPT, "prereqs", "deep-learning"],
                stdout=subprocess.DEVNULL,
                check=True,
                env={**os.environ, "MLGRAPH_CACHE": folder},
            )
            times.append(time.perf_counter() - start)
    print(f"  first run ever                   {statistics.median(times):7.2f} s   (bar 2 s)")


def library(rounds: int) -> None:
    """Domain queries through the library against the same query on raw pyoxigraph: the bar is 1.2."""
    engine = ox.Store()
    fill_engine(engine, shipped_dataset())
    store = mlgraph.open_store()
    raw = store._engine  # noqa: SLF001 - the same store on both sides
    queries = {
        "direct prerequisites": "SELECT ?o WHERE { topic:transformer mlg:requires ?o }",
        "closure": "SELECT ?o WHERE { topic:transformer mlg:requires+ ?o }",
        "closure with labels": "SELECT ?o ?l WHERE { { SELECT DISTINCT ?o WHERE { topic:transformer mlg:requires+ ?o } } ?o rdfs:label ?l }",
    }
    for name, query in queries.items():
        ours, theirs = [], []
        for _ in range(rounds * 5):
            start = time.perf_counter()
            sum(1 for _ in store.select(query))
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            sum(1 for _ in raw.query(query, prefixes=PREFIXES))
            theirs.append(time.perf_counter() - start)
        ratio = statistics.median(ours) / statistics.median(theirs)
        print(
            f"  {name:32} {statistics.median(ours) * 1000:7.2f} ms {ratio:6.2f} x raw pyoxigraph  (bar 1.2)"
        )


def check_and_build() -> None:
    """A full check and a full build of the data: the bar is 10 s each."""
    for name, command in (
        ("mlgraph check", ["check"]),
        ("mlgraph build", ["build", "-o", os.devnull + ".ttl"]),
    ):
        with tempfile.TemporaryDirectory() as folder:
            arguments = [str(Path(folder) / "out.ttl") if each.endswith(".ttl") else each for each in command]
            start = time.perf_counter()
            subprocess.run(
                [SCRIPT, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
            )
            print(f"  {name:32} {time.perf_counter() - start:7.2f} s   (bar 10 s)")


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="runs of each command (default 21)")
    rounds = parser.parse_args().rounds
    # Bytecode is cached, as it is for everybody who did not switch that off.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    print(f"load average {os.getloadavg()[0]:.2f}, {rounds} rounds, medians")
    print("whole process, warm cache")
    whole_process(rounds, environment)
    print("cold")
    first_run()
    print("library")
    library(rounds)
    print("data")
    check_and_build()


if __name__ == "__main__":
    main()

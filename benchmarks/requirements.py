"""Print a sample of requirement texts beside the groups that the importers made of them, to be judged by eye.

    python benchmarks/requirements.py [FOLDER] [--seed N] [--verdicts FILE]

FOLDER holds mit, rpi and princeton (default: imports in MLGRAPH_SHARED, else in ../shared). The texts are read here by plain JSON and
YAML readers; the groups are read back from the records that an import wrote, over a graph without courses.
Drawn by seed among the courses that ask for something: 80 of MIT, 60 of RPI, 60 of Princeton. With
--verdicts the judgement of each, from data/review/requirements.tsv, is printed as well. No text is kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from mlgraph.interchange.imports.ground import ground_of
from mlgraph.interchange.imports.princeton import MACROS
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.run import Setup, run_import
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import EmbeddedStore, text

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = {"mit": 80, "rpi": 60, "princeton": 60}
SHOWN = 12
GROUPS = """
SELECT ?code ?name ?group ?least ?timing ?kind ?word WHERE {
  ?course a schema:Course ; schema:courseCode ?code ; schema:name ?name ; mlg:hasRequirement ?group .
  ?group mlg:minimumCount ?least ; mlg:timing ?timing ; mlg:obligation ?kind .
  { ?group mlg:anyOf/schema:courseCode ?word }
  UNION { ?group mlg:externalOption ?outside BIND(CONCAT('"', ?outside, '"') AS ?word) }
} ORDER BY ?group ?word"""


def asked_mit(folder: Path) -> dict[str, str]:
    """Return class -> text of the latest term, as the importer takes it."""
    found: dict[str, str] = {}
    for name in ("f25.json", "s26.json"):
        classes = json.loads((folder / name).read_text(encoding="utf-8"))["classes"]
        found |= {code: entry.get("prereqs") or "" for code, entry in classes.items() if entry.get("name")}
    return {code: asked for code, asked in found.items() if asked.strip().lower() not in {"", "none"}}


def asked_rpi(folder: Path) -> dict[str, str]:
    """Return course -> its tree, in the words of the file but short."""
    catalog = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    found = {}
    for key, entry in json.loads((folder / "prerequisites.json").read_text(encoding="utf-8")).items():
        said = [json.dumps(_short(entry["prerequisites"]))] if entry["prerequisites"] else []
        said += [f"corequisites {json.dumps(entry['corequisites'])}"] if entry["corequisites"] else []
        if said and key in catalog:
            found[f"{catalog[key]['subj']} {catalog[key]['crse']}"] = "; ".join(said)
    return found


def _short(tree: dict[str, Any]) -> object:
    if tree["type"] == "course":
        return f"{tree['course']} [{tree['min_grade']}]" if tree.get("min_grade") else tree["course"]
    return {tree["type"]: [_short(each) for each in tree["nested"]]}


def asked_princeton(folder: Path) -> dict[str, str]:
    """Return course -> its expression, and what the names in it stand for."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        documents = list(yaml.load_all(path.read_text(encoding="utf-8"), yaml.BaseLoader))
        local = {each["name"]: each["equ"] for each in documents[0].get("vars") or ()}
        for entry in next((each for each in documents if isinstance(each, list)), []):
            if entry.get("reqs") and entry.get("course"):
                asked = " ".join(entry["reqs"].split())
                found.setdefault(" ".join(entry["course"].split()), asked + _stands(asked, MACROS | local))
    return found


def _stands(asked: str, macros: dict[str, str]) -> str:
    names = [name for name in macros if re.search(rf"\b{name}\b", asked)]
    inner = [f"{name} = {macros[name]}" for name in names]
    deeper = [_stands(macros[name], macros) for name in names]
    return "".join([*(f"\n          {each}" for each in inner), *deeper])


ASKED = {"mit": asked_mit, "rpi": asked_rpi, "princeton": asked_princeton}


def imported(form: str, source: Path) -> tuple[dict[str, list[str]], set[str]]:
    """Return course code -> its groups as the import wrote them; and the codes of all courses."""
    reader = READERS[form]
    with tempfile.TemporaryDirectory(prefix="mlgraph-requirements-") as folder:
        ground = ground_of(EmbeddedStore.of_quads([]))
        setup = Setup(reader, source, Path(folder), "2026-11-25", form, least=2.0)
        run_import(setup, ground)
        quads = [quad for path in sorted(Path(folder).glob("*.ttl")) for quad in read_turtle(path)]
    store = EmbeddedStore.of_quads(quads)
    codes = {text(row["c"]) for row in store.select("SELECT ?c { ?x schema:courseCode ?c }")}
    groups: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for row in store.select(GROUPS):
        timing, kind = (text(row[name]).rpartition("#")[2] for name in ("timing", "kind"))
        head = f"{timing}{', recommended' if kind == 'Recommended' else ''}: {text(row['least'])} of"
        own = groups.setdefault(text(row["code"]), {})
        own.setdefault(text(row["group"]), (head, []))[1].append(text(row["word"]))
    return {code: [_line(*each) for each in own.values()] for code, own in groups.items()}, codes


def _line(head: str, words: list[str]) -> str:
    shown = words if len(words) <= SHOWN + 4 else [*words[:SHOWN], "...", *words[-2:]]
    return f"{head} {len(words)}: {' | '.join(shown)}"


def sample(folder: Path, seed: int) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield source, course, text and groups of each course drawn."""
    draw = random.Random(seed)
    for form, size in SIZES.items():
        groups, codes = imported(form, folder / form)
        asked = {code: said for code, said in ASKED[form](folder / form).items() if code in codes}
        for code in sorted(draw.sample(sorted(asked), size)):
            yield form, code, asked[code], groups.get(code, [])


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--verdicts", type=Path)
    given = parser.parse_args()
    shared = Path(os.environ.get("MLGRAPH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folder = given.folder or shared / "imports"
    if not folder.is_dir():
        parser.error(f"no folder {folder}; name one, or set MLGRAPH_SHARED")
    judged: dict[tuple[str, str], str] = {}
    if given.verdicts:
        with given.verdicts.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["seed"] == str(given.seed):
                    judged[row["source"], row["course"]] = f"{row['verdict']}  {row['remark']}".strip()
    for number, (form, code, said, groups) in enumerate(sample(folder, given.seed), 1):
        print(f"{number}. {form} {code}\n    text: {said}")
        for group in groups or ["kept as text only"]:
            print(f"    {group}")
        if judged:
            print(f"    verdict: {judged.get((form, code), 'not judged')}")


if __name__ == "__main__":
    main()

"""Build hook: checks data/, builds the dataset and puts it, with the ontology, into the package."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DatasetHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `mlgraph build` before a wheel is packed or installed for editing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's signature
        """Write src/mlgraph/dataset/, which the wheel carries."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from mlgraph.build.dataset import build_dataset, dataset_text, write_atomically

            place = root / "src" / "mlgraph" / "dataset"
            built = build_dataset([root / "data"])
            write_atomically(place / "mlgraph.ttl", dataset_text(built))
            ontology = place / "ontology"
            if ontology.exists():
                shutil.rmtree(ontology)
            shutil.copytree(root / "ontology", ontology)
        finally:
            sys.path.pop(0)

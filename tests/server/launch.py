"""Start a server on any source, for tests: ``python -m tests.server.launch SOURCE LIMITS SETTINGS``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mlgraph.server.listen import listen, serve
from mlgraph.server.settings import Limits, Settings


def main(source: str, limits: str, settings: str) -> None:
    told = Settings(Path(source), limits=Limits(**json.loads(limits)), **json.loads(settings))
    with listen(told.host, 0) as bound:
        told = told.at(bound.getsockname()[1])
        serve(told, bound, on_ready=lambda: print(told.url, flush=True))  # noqa: T201 - whoever started it reads this


if __name__ == "__main__":
    main(*sys.argv[1:])

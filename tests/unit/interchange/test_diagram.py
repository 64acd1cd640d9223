"""Learning paths as diagrams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.interchange.diagram import to_dot, to_mermaid
from mlgraph.model import Hours, LearningPath, Step, Topic
from mlgraph.planning.prerequisite import prerequisites
from mlgraph.vocab import thing

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore


def path_of(*labels: str) -> LearningPath:
    """Make a chain: each topic needs the one before it; the last is the goal."""
    topics = [
        Topic(each, f"t{number}", each, "", Hours(1, 1, 1), number) for number, each in enumerate(labels)
    ]
    steps = [
        Step(topic, "working", 1.0, (topics[number - 1].slug,) if number else ("outside",))
        for number, topic in enumerate(topics)
    ]
    return LearningPath((topics[-1],), tuple(steps), (), (), 1.0, exact=True)


def test_mermaid_has_a_node_a_topic_and_an_arrow_a_need() -> None:
    assert to_mermaid(path_of("Algebra", "Calculus")) == (
        'flowchart LR\n    n0["Algebra"]\n    n1(["Calculus"])\n    n0 --> n1\n'
    )


def test_dot_has_a_node_a_topic_and_an_arrow_a_need() -> None:
    assert to_dot(path_of("Algebra", "Calculus")) == (
        "digraph prerequisites {\n"
        "    rankdir=LR;\n"
        "    node [shape=box, style=rounded];\n"
        '    "t0" [label="Algebra"];\n'
        '    "t1" [label="Calculus", penwidth=2];\n'
        '    "t0" -> "t1";\n'
        "}\n"
    )


def test_quotes_and_backslashes_do_not_end_a_label() -> None:
    path = path_of('a "b" \\', "c")
    assert 'n0["a #quot;b#quot; \\"]' in to_mermaid(path)
    assert '[label="a \\"b\\" \\\\"]' in to_dot(path)


def test_real_path_draws_every_step_and_every_need_in_it(little: EmbeddedStore) -> None:
    path = prerequisites(little, [thing("topic", "training")])
    needs = sum(len(step.needs) for step in path.steps)
    assert to_mermaid(path).count("-->") == to_dot(path).count("->") == needs
    assert to_dot(path).count("[label=") == len(path.steps)

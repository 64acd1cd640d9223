"""Learning paths as Mermaid and Graphviz DOT texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlgraph.model import LearningPath

__all__ = ["to_dot", "to_mermaid"]


def _arrows(path: LearningPath) -> list[tuple[str, str]]:
    shown = {step.topic.slug for step in path.steps}
    return [(need, step.topic.slug) for step in path.steps for need in step.needs if need in shown]


def to_mermaid(path: LearningPath) -> str:
    r"""Return a left-to-right Mermaid flowchart, arrows from what is needed to what needs it.

    Examples
    --------
    >>> from mlgraph.model import LearningPath
    >>> to_mermaid(LearningPath((), (), (), (), 0.0, True))
    'flowchart LR\n'
    """
    goals = {goal.slug for goal in path.goals}
    node = {step.topic.slug: f"n{place}" for place, step in enumerate(path.steps)}
    lines = ["flowchart LR"]
    for step in path.steps:
        label = step.topic.label.replace('"', "#quot;")
        name = node[step.topic.slug]
        lines.append(f'    {name}(["{label}"])' if step.topic.slug in goals else f'    {name}["{label}"]')
    lines += [f"    {node[before]} --> {node[after]}" for before, after in _arrows(path)]
    return "\n".join(lines) + "\n"


def to_dot(path: LearningPath) -> str:
    """Return a left-to-right Graphviz digraph, arrows from what is needed to what needs it.

    Examples
    --------
    >>> from mlgraph.model import LearningPath
    >>> print(to_dot(LearningPath((), (), (), (), 0.0, True)), end="")
    digraph prerequisites {
        rankdir=LR;
        node [shape=box, style=rounded];
    }
    """

    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    goals = {goal.slug for goal in path.goals}
    lines = ["digraph prerequisites {", "    rankdir=LR;", "    node [shape=box, style=rounded];"]
    for step in path.steps:
        bold = ", penwidth=2" if step.topic.slug in goals else ""
        lines.append(f"    {quoted(step.topic.slug)} [label={quoted(step.topic.label)}{bold}];")
    lines += [f"    {quoted(before)} -> {quoted(after)};" for before, after in _arrows(path)]
    return "\n".join([*lines, "}"]) + "\n"

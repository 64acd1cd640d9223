"""The entry point: a group that imports a command's module only when it is called."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from mlgraph import __version__
from mlgraph.errors import DataError, MlgraphError, PlanError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMANDS", "app", "main", "run"]

COMMANDS = {
    "prereqs": ("learn", "What must be known before a topic, in order."),
    "unlocks": ("learn", "What a topic opens the way to."),
    "path": ("learn", "The way from what you know to where you want to be."),
    "why": ("learn", "Why one topic needs another, and who says so."),
    "known": ("known", "Say what you know: add, deny, list, import, export."),
    "assess": ("assess", "Find out by few questions what you know."),
    "next": ("frontier", "What you can learn next."),
    "refresh": ("frontier", "What you know and should look at again."),
    "gap": ("frontier", "What separates you from a goal, with hours."),
    "plan": ("plan", "The best plan to a goal: courses, weeks, reasons, proof."),
    "show": ("look", "Everything about one thing, with its evidence."),
    "search": ("look", "Find things by name."),
    "role": ("look", "What a role needs, what teaches it, what prepares for it."),
    "topics": ("lists", "List topics."),
    "courses": ("lists", "List courses, filtered."),
    "programs": ("lists", "List degree programs, filtered, or ranked for a role."),
    "compare": ("compare", "Compare degree programs, and measure them by a role."),
    "metrics": ("metrics", "Measure a curriculum: complexity, delay, blocking, terms."),
    "diff": ("metrics", "What differs between two curricula, and what it does."),
    "what-if": ("metrics", "Try a change of a curriculum and see what it does."),
    "degree": ("degree", "Lay a curriculum out in terms: the best plan, or a repair."),
    "audit": ("degree", "What of a degree a transcript meets, and what is missing."),
    "hidden": ("hidden", "Find what courses of a plan presuppose and nothing teaches."),
    "roles": ("lists", "List job roles."),
    "projects": ("lists", "List learning projects."),
    "sources": ("lists", "List the sources that evidence cites."),
    "claims": ("lists", "List claims, or statements, by status."),
    "query": ("sparql", "Ask the graph in SPARQL, or by a shipped question."),
    "serve": ("serve", "Serve the graph over HTTP: SPARQL, linked data, JSON."),
    "view": ("picture", "Write the whole graph as one page to explore offline."),
    "import": ("imports", "Read a foreign catalogue into records; review its topics."),
    "export": ("files", "Write the graph in another format."),
    "check": ("curate", "Find faults in data, with how to mend them."),
    "fmt": ("curate", "Rewrite Turtle files in canonical form."),
    "new": ("new", "Write a new record by flags: topic, claim or course."),
    "build": ("curate", "Build the dataset from data folders."),
    "evaluate": ("evaluate", "Score the graph against labelled prerequisite pairs."),
    "stats": ("upkeep", "Count what is in the graph."),
    "publish": ("publish", "Load the graph into a SPARQL server."),
    "quality": ("upkeep", "Report what the data rest on: coverage, evidence, reviews."),
    "doctor": ("upkeep", "Say what is installed, where, and what is wrong."),
    "cache": ("upkeep", "Show or clear the store cache."),
}
"""Command -> (module, one line); the order is that of the help."""

_CLICK_ERROR: Any = next(each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException")


def _add_store(command: Any) -> None:  # noqa: ANN401
    """Give ``--store`` to a command that reads the graph, or to those below it: the ones with ``--data``."""
    for each in getattr(command, "commands", {}).values():
        _add_store(each)
    places = [place for place, each in enumerate(command.params) if each.name == "data"]
    if places and not any("--store" in each.opts for each in command.params):
        from mlgraph.cli.option import store_option

        command.params.insert(places[0] + 1, store_option())


class _LazyGroup(TyperGroup):
    """Looks commands up in `COMMANDS` and imports them on demand."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - click's own signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        known = self.commands.get(cmd_name)
        if known is None and cmd_name in COMMANDS:
            module, summary = COMMANDS[cmd_name]
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            function = getattr(
                import_module(f"mlgraph.cli.{module}"), f"{cmd_name.replace('-', '_')}_command"
            )
            if isinstance(function, typer.Typer):  # a command with commands of its own
                single = function
            else:
                single.command(cmd_name, short_help=summary)(function)
            known = self.commands[cmd_name] = typer.main.get_command(single)
            _add_store(known)
        return known

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else " See `mlgraph --help`."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        print(f"mlgraph {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Find your way in machine learning: the package manager for learning it.

    From what you know to the topic, program or job you want; every arrow says why and who says so.
    Try: mlgraph prereqs deep-learning
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 fine, 1 a fault or a no, 2 wrong use."""
    gc.freeze()
    gc.enable()  # off while importing, see mlgraph.cli
    try:
        code = app(list(arguments) if arguments is not None else None, standalone_mode=False)
        sys.stdout.flush()
    except _CLICK_ERROR as error:
        error.show()
        return int(getattr(error, "exit_code", 2))
    except typer.Abort:
        sys.stderr.write("interrupted\n")
        return 130
    except MlgraphError as error:
        sys.stderr.write(f"error: {error}\n" + (f"hint: {error.mend}\n" if error.mend else ""))
        return 1 if isinstance(error, DataError | PlanError | StoreError) else 2
    except BrokenPipeError:
        # whoever read us has closed; say nothing, and keep the interpreter from saying it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    return int(code) if isinstance(code, int) else 0


def main() -> None:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run())

"""topics, courses, programs, roles, projects, sources, claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlgraph.catalog import courses as catalog
from mlgraph.catalog.claims import STATUSES, claims, statements
from mlgraph.catalog.entity import sources
from mlgraph.catalog.naming import resolve
from mlgraph.catalog.topics import topics
from mlgraph.cli.option import Data, Form, Lang, complete, opened
from mlgraph.cli.output import Document, Format, Table, emit, number, plural
from mlgraph.cli.profile import Besides, Profile, narrow
from mlgraph.errors import UsageError
from mlgraph.interchange.jsonform import claim_data, topic_data
from mlgraph.vocab import CLAIM_PREDICATES, local_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlgraph.model import Thing
    from mlgraph.planning.nearness import NearRole
    from mlgraph.rdf.store import Store

__all__ = [
    "claims_command",
    "courses_command",
    "programs_command",
    "projects_command",
    "roles_command",
    "sources_command",
    "topics_command",
]

Topic = Annotated[str, typer.Option("--topic", help="About this topic.", autocompletion=complete("topic"))]
Delivery = Annotated[str, typer.Option("--delivery", help="on-campus, online, hybrid or immersive.")]


def _iri(store: Store, name: str, *kinds: str) -> str:
    return resolve(store, name, kinds).iri if name else ""


def _one_of(value: str, allowed: Collection[str], what: str) -> str:
    if value and value not in allowed:
        raise UsageError(f"no such {what}: {value!r}", f"one of {', '.join(sorted(allowed))}")
    return value


def _listing(schema: str, word: str, table: Table, items: list[dict[str, object]]) -> Document:
    return Document(schema, {schema: items}, [], [table], [f"{plural(len(items), word)}."])


def topics_command(
    area: Annotated[
        str, typer.Option("--area", help="Only this area.", autocompletion=complete("area"))
    ] = "",
    form: Form = Format.table,
    data: Data = None,
    lang: Lang = "en",
) -> None:
    """List topics, by area and depth."""
    store = opened(data)
    found = topics(store, area=_iri(store, area, "area"), lang=lang)
    rows = [(each.area, each.label, each.slug, str(each.depth), number(each.hours.typical)) for each in found]
    table = Table("", ("area", "topic", "slug", "depth", "hours"), rows)
    emit(_listing("topics", "topic", table, [topic_data(each) for each in found]), form)


def courses_command(
    topic: Topic = "",
    level: Annotated[
        str, typer.Option("--level", help="For whom: introductory (beginner), undergraduate or graduate.")
    ] = "",
    depth: Annotated[
        str,
        typer.Option("--depth", help="How deeply --topic is taught at least: awareness, working or deep."),
    ] = "",
    free: Annotated[
        bool, typer.Option("--free", help="Only what can be used or audited without paying.")
    ] = False,
    self_paced: Annotated[bool, typer.Option("--self-paced", help="Only self-paced.")] = False,
    cohort: Annotated[bool, typer.Option("--cohort", help="Only with set dates.")] = False,
    language: Annotated[str, typer.Option("--language", help="Language of instruction, such as en.")] = "",
    delivery: Delivery = "",
    provider: Annotated[
        str, typer.Option("--provider", help="Only this institution.", autocompletion=complete("institution"))
    ] = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """List courses, filtered by what they teach, for whom, and how they are given."""
    _one_of(level, {"introductory", "beginner", "undergraduate", "graduate"}, "level")
    _one_of(depth, {"awareness", "working", "deep"}, "depth")
    _one_of(delivery, {"on-campus", "online", "hybrid", "immersive"}, "delivery")
    if language and not language.replace("-", "").isalnum():
        raise UsageError(f"not a language tag: {language!r}", "use a tag such as en or pt-BR")
    if self_paced and cohort:
        raise UsageError("--self-paced and --cohort exclude each other")
    if depth and not topic:
        raise UsageError("--depth says how deeply a topic is taught", "add --topic")
    store = opened(data)
    found = catalog.courses(
        store,
        topic=_iri(store, topic, "topic", "skill"),
        level=depth,
        free=free,
        pacing="self-paced" if self_paced else "cohort" if cohort else "",
        language=language,
        delivery=delivery,
        provider=_iri(store, provider, "institution"),
        audience=level,
    )
    rows = [
        (
            each.name,
            each.code,
            each.provider,
            each.level,
            ", ".join(each.pacing),
            ", ".join(each.cost),
            number(each.hours),
            str(each.topics),
            each.slug,
        )
        for each in found
    ]
    columns = ("course", "code", "provider", "level", "pacing", "cost", "hours", "topics", "slug")
    emit(_listing("courses", "course", Table("", columns, rows), [each._asdict() for each in found]), form)


def programs_command(
    region: Annotated[str, typer.Option("--region", help="Part of a region's name, such as US East.")] = "",
    role: Annotated[
        str,
        typer.Option(
            "--role", help="That are said to prepare for this role.", autocompletion=complete("role")
        ),
    ] = "",
    measure: Annotated[
        str,
        typer.Option(
            "--for",
            help="Rank them by how much of what this role needs their curricula cover.",
            autocompletion=complete("role"),
        ),
    ] = "",
    delivery: Delivery = "",
    institution: Annotated[
        str, typer.Option("--institution", help="Only this one.", autocompletion=complete("institution"))
    ] = "",
    topic: Topic = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """List degree programs, filtered, or rank them for a role; a disputed one is marked."""
    _one_of(delivery, {"on-campus", "online", "hybrid", "immersive"}, "delivery")
    store = opened(data)
    found = catalog.programs(
        store,
        region=region,
        role=_iri(store, role, "role"),
        delivery=delivery,
        institution=_iri(store, institution, "institution"),
        topic=_iri(store, topic, "topic"),
    )
    if measure:
        from mlgraph.cli.ranking import ranking_document
        from mlgraph.planning.coverage import rank

        emit(ranking_document(rank(store, resolve(store, measure, ["role"]), found)), form)
        return
    rows = [
        (
            each.name + ("" if each.status == "verified" else f" [{each.status}]"),
            each.institution,
            each.award,
            each.region,
            ", ".join(each.formats),
            number(each.months),
            str(each.topics),
            each.slug,
        )
        for each in found
    ]
    columns = ("program", "institution", "award", "region", "format", "months", "topics", "slug")
    emit(_listing("programs", "program", Table("", columns, rows), [each._asdict() for each in found]), form)


def roles_command(
    skill: Annotated[
        str,
        typer.Option(
            "--skill", help="That need this topic or skill.", autocompletion=complete("topic", "skill")
        ),
    ] = "",
    start: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="ROLE",
            help="By the hours that somebody in this role has still to learn for them.",
            autocompletion=complete("role"),
        ),
    ] = "",
    for_me: Annotated[
        bool, typer.Option("--for-me", help="By the hours that your profile is away from them.")
    ] = False,
    known: Besides = None,
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """List job roles, with the number of things they need, or the nearest first."""
    if start and for_me:
        raise UsageError("--from and --for-me exclude each other")
    if (known or profile) and not (start or for_me):
        raise UsageError("a profile says nothing about a plain list", "add --for-me, or --from ROLE")
    store = opened(data)
    found = catalog.roles(store, skill=_iri(store, skill, "topic", "skill"))
    if start or for_me:
        wanted = {each.iri for each in found}
        role = resolve(store, start, ["role"]) if start else None
        name, count, near = _near(store, profile, known, role)
        from mlgraph.cli.gap import near_document

        document = near_document([each for each in near if each.role.iri in wanted], role, name, count)
        emit(narrow(document, form), form)
        return
    rows = [
        (
            each.label,
            each.slug,
            str(each.essential),
            str(each.optional),
            str(each.programs),
            ", ".join(each.matches),
        )
        for each in found
    ]
    columns = ("role", "slug", "essential", "optional", "programs", "codes")
    emit(_listing("roles", "role", Table("", columns, rows), [each._asdict() for each in found]), form)


def _near(
    store: Store, profile: str, besides: list[str] | None, start: Thing | None
) -> tuple[str, int, list[NearRole]]:
    """Return the profile that counts, how many topics it knows, and roles by the hours that they are away.

    Somebody in a role is not the user: a profile counts then only if it is named.
    """
    from mlgraph.cli.profile import learner_of, profile_name, with_besides
    from mlgraph.planning.learner import Learner, knowledge
    from mlgraph.planning.nearness import near_roles

    if start is not None and not profile:
        name, learner = "", with_besides(store, Learner(), besides)
    else:
        path, learner = learner_of(store, profile, besides)
        name = profile_name(path)
    has = knowledge(store, learner)
    return name, len(has.levels), near_roles(store, has, start)


def projects_command(
    topic: Topic = "",
    skill: Annotated[
        str, typer.Option("--skill", help="That practise this skill.", autocompletion=complete("skill"))
    ] = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """List learning projects, with what they practise."""
    store = opened(data)
    found = catalog.projects(store, topic=_iri(store, topic, "topic"), skill=_iri(store, skill, "skill"))
    rows = [
        (each.name, number(each.hours), ", ".join(each.topics), ", ".join(each.skills), each.slug)
        for each in found
    ]
    columns = ("project", "hours", "topics", "skills", "slug")
    emit(_listing("projects", "project", Table("", columns, rows), [each._asdict() for each in found]), form)


def sources_command(
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="textbook, lecture-notes, paper, documentation, syllabus, official-page ..."
        ),
    ] = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """List the sources that evidence cites, the most cited first, with their licences."""
    found = sources(opened(data), kind=kind)
    rows = [(each.name, each.kind, str(each.evidence), each.licence, each.url) for each in found]
    columns = ("source", "kind", "evidence", "licence", "url")
    emit(_listing("sources", "source", Table("", columns, rows), [each._asdict() for each in found]), form)


def claims_command(
    status: Annotated[str, typer.Option("--status", help=f"One of {', '.join(STATUSES)}.")] = "",
    predicate: Annotated[str, typer.Option("--predicate", help="Such as requires or teaches.")] = "",
    about: Annotated[str, typer.Option("--about", help="That start from, or are about, this thing.")] = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """List claims and statements, for example the disputed ones, with reasons and sources."""
    _one_of(status, STATUSES, "status")
    known = {local_name(each): each for each in CLAIM_PREDICATES}
    _one_of(predicate, known, "predicate")
    store = opened(data)
    target = resolve(store, about).iri if about else ""
    found = claims(
        store,
        status=status,
        predicate=known.get(predicate, ""),
        subjects=[target] if target else [],
    )
    said = [] if predicate else statements(store, status=status, about=target)
    rows = [
        (
            claim.subject.slug,
            claim.predicate,
            claim.object.slug,
            claim.level,
            claim.status,
            claim.reason,
            "; ".join(dict.fromkeys(each.source for each in claim.support)),
        )
        for claim in found
    ]
    columns = ("subject", "predicate", "object", "level", "status", "reason", "sources")
    tables = [Table("Claims", columns, rows)] if rows else []
    if said:
        tables.append(
            Table(
                "Statements",
                ("about", "kind", "status", "statement", "slug"),
                [(", ".join(each.about), each.kind, each.status, each.text, each.slug) for each in said],
            )
        )
    items = {"claims": [claim_data(each) for each in found], "statements": [each._asdict() for each in said]}
    emit(
        Document(
            "claims", items, [], tables, [f"{plural(len(found), 'claim')}, {plural(len(said), 'statement')}."]
        ),
        form,
    )

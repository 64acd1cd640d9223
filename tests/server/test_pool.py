"""Workers: they answer, are killed at the limits, come back, are shared fairly, and leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.errors import MlgraphError, QueryDisplacedError, QueryEngineError, QueryTimeoutError, StoreError
from mlgraph.server.pool import Pool
from mlgraph.server.settings import Limits, Settings
from mlgraph.server.wire import Job
from tests.server.serving import PATIENCE, offspring, store_folder, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

BASE = "http://127.0.0.1/sparql"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUNGRY = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
HIDDEN_DEPTH = "SELECT * { FILTER(1<2)#> '''\n" + "{" * 60_000 + "\n#'''\n}"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    p = ox.NamedNode("urn:p")
    quads = (ox.Quad(ox.NamedNode(f"urn:{each}"), p, ox.Literal(str(each))) for each in range(1000))
    return store_folder(tmp_path_factory.mktemp("crowd") / "store", quads)


@asynccontextmanager
async def started(source: Path, workers: int = 2, held: int = 2**27, **limits: float) -> AsyncIterator[Pool]:
    told = Limits(**({"time": 20.0} | limits))  # type: ignore[arg-type]
    pool = Pool(Settings(source, workers=workers, held=held, limits=told))
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


async def ask(pool: Pool, query: str, client: str = "a", form: str = "") -> tuple[int, bytes]:
    answer = await pool.ask(Job(query, BASE, form=form), client)
    head = await answer.begin()
    body = b""
    while data := await answer.chunk():
        body += data
    return head.status, body


async def eventually(condition: Callable[[], object], what: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)
    assert condition(), what


def run(test: Callable[[], Awaitable[None]]) -> None:
    before = offspring(os.getpid())

    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE):
            await test()

    asyncio.run(bounded())
    until(lambda: offspring(os.getpid()) <= before, "the end of all workers")


@pytest.mark.parametrize("held", [0, 2**27])
def test_store_on_disk_and_in_memory_give_the_same_answers(crowd: Path, held: int) -> None:
    async def test() -> None:
        async with started(crowd, held=held) as pool:
            assert await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", form="csv") == (
                200,
                b"n\r\n1000\r\n",
            )
            status, body = await ask(pool, LONG + " LIMIT 50000", form="csv")
            assert (status, body.count(b"\n")) == (200, 50_001)

    run(test)


def test_many_at_once_are_all_answered_with_their_own_answers(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd) as pool:
            queries = [f"SELECT ?s {{ ?s ?p '{each}' }}" for each in range(200)]
            found = await asyncio.gather(
                *(ask(pool, query, f"c{at % 7}", "csv") for at, query in enumerate(queries))
            )
            assert found == [(200, f"s\r\nurn:{each}\r\n".encode()) for each in range(200)]
            assert pool.ended.total() == 0

    run(test)


def test_query_without_end_is_killed_and_a_new_worker_comes(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=1, time=1.0) as pool:
            with pytest.raises(QueryTimeoutError):
                await ask(pool, ENDLESS)
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")
            assert pool.ended == {"time": 1}

    run(test)


@pytest.mark.parametrize(
    "query",
    [
        HUNGRY,
        "SELECT (GROUP_CONCAT(?x) AS ?y) { "
        + LONG[11:-2]
        + " . BIND(CONCAT(?c, ?f, STR(?a), STR(?d)) AS ?x) } }",
    ],
)
def test_hungry_query_ends_with_its_worker_only(crowd: Path, query: str) -> None:
    async def test() -> None:
        async with started(crowd, memory=2**27) as pool:
            try:
                status, body = await ask(pool, query)
                assert status in {400, 500}, body
            except QueryEngineError as error:
                assert "memory" in error.message  # noqa: PT017 - either is a right answer
                assert pool.ended == {"memory": 1}
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")

    run(test)


def test_query_that_crashes_the_engine_is_an_error_of_its_own(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=1, query=2**24, depth=1000) as pool:
            with pytest.raises(QueryEngineError, match="signal"):
                await ask(pool, "SELECT * { FILTER(" + "!" * 1_000_000 + "true) }")
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")
            assert pool.ended == {"crash": 1}

    run(test)


def test_nesting_that_the_look_cannot_see_does_not_end_the_server(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd) as pool:
            with suppress(MlgraphError):
                assert (await ask(pool, HIDDEN_DEPTH))[0] in {400, 403}
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")

    run(test)


def test_worker_that_is_killed_from_outside_is_replaced(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd) as pool:
            process = next(iter(pool._channels)).process
            os.kill(process, signal.SIGKILL)
            await eventually(lambda: pool.ended.total() == 1, "the loss to be noted")
            await eventually(lambda: pool.standing.idle == 2, "a new worker")
            assert process not in {each.process for each in pool._channels}
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")

    run(test)


def test_zygote_that_is_killed_is_replaced_with_all_workers(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd) as pool:
            await eventually(lambda: pool.standing.idle == 2, "both workers")
            old = pool._spawner
            before = {each.process for each in pool._channels}
            assert old._process is not None
            os.kill(old._process.pid, signal.SIGKILL)
            await eventually(lambda: pool.ended.total() >= 2, "the loss to be noted")
            await eventually(lambda: pool.standing.idle == 2, "new workers")
            assert pool._spawner is not old
            assert before.isdisjoint({each.process for each in pool._channels})
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")

    run(test)


def test_answer_that_nobody_waits_for_is_ended(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd) as pool:
            task = asyncio.create_task(ask(pool, ENDLESS))
            await eventually(lambda: pool.standing.busy == 1, "the query to run")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await eventually(lambda: pool.ended == {"abandoned": 1}, "the worker to be ended")
            await eventually(lambda: pool.standing.idle == 2, "a new worker")

    run(test)


def test_one_client_cannot_have_all_workers(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=3) as pool:
            greedy = [asyncio.create_task(ask(pool, ENDLESS, "greedy")) for _ in range(5)]
            await eventually(lambda: pool.standing.busy == 2 and pool.standing.waiting == 3, "the queue")
            assert await ask(pool, "ASK {}", "modest", "csv") == (200, b"true")
            assert pool.standing.busy == 2
            for task in greedy:
                task.cancel()
            await asyncio.gather(*greedy, return_exceptions=True)
            assert pool.standing.waiting == 0

    run(test)


def test_few_clients_that_have_all_workers_make_room_for_another(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=4, patience=0.1) as pool:
            greedy = [asyncio.create_task(ask(pool, ENDLESS, "ab"[at % 2])) for at in range(8)]
            await eventually(lambda: pool.standing.busy == 4, "all workers to be taken")
            assert await ask(pool, "ASK {}", "modest", "csv") == (200, b"true")
            done = [each for each in greedy if each.done()]
            assert [type(each.exception()) for each in done] == [QueryDisplacedError]
            assert pool.ended == {"displaced": 1}
            for task in greedy:
                task.cancel()
            await asyncio.gather(*greedy, return_exceptions=True)

    run(test)


def test_only_query_of_a_client_is_not_displaced(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=2, patience=0.1, time=1.0) as pool:
            found = await asyncio.gather(
                *(ask(pool, ENDLESS, each) for each in "abc"), return_exceptions=True
            )
            assert [type(each) for each in found] == [QueryTimeoutError] * 3
            await eventually(lambda: pool.standing == (2, 2, 0, 0), "rest")
            assert set(pool.ended) == {"time"}

    run(test)


def test_displaced_query_is_the_longest_of_who_has_most(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=4, patience=0.1) as pool:
            tasks = {}
            for at, client in enumerate(["b", "a", "a", "a"]):
                tasks[at] = asyncio.create_task(ask(pool, ENDLESS, client))
                await eventually(lambda: pool.standing.busy == len(tasks), "the next to run")
            assert await ask(pool, "ASK {}", "c", "csv") == (200, b"true")
            assert [at for at, each in tasks.items() if each.done()] == [1]
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    run(test)


def test_who_waits_too_long_for_a_worker_is_told_so(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=1, time=1.0) as pool:
            found = await asyncio.gather(
                *(ask(pool, ENDLESS, str(each)) for each in range(4)), return_exceptions=True
            )
            assert [type(each) for each in found] == [QueryTimeoutError] * 4
            await eventually(lambda: pool.standing == (1, 1, 0, 0), "rest")

    run(test)


def test_worker_that_has_grown_retires_after_its_answer(crowd: Path) -> None:
    doubled = " ".join(f"BIND(CONCAT(?x{each}, ?x{each}) AS ?x{each + 1})" for each in range(20))
    query = f"SELECT (STRLEN(?x20) AS ?n) {{ VALUES ?x0 {{ '{'x' * 100}' }} {doubled} }}"

    async def test() -> None:
        async with started(crowd, workers=1, memory=2**29) as pool:
            before = next(iter(pool._channels)).process
            assert await ask(pool, query, form="csv") == (200, b"n\r\n104857600\r\n")
            await eventually(lambda: pool.standing.idle == 1 and pool.ended == {"retired": 1}, "the new one")
            assert next(iter(pool._channels)).process != before

    run(test)


def test_worker_that_has_grown_and_broken_off_takes_the_next_query(crowd: Path) -> None:
    doubled = " ".join(f"BIND(CONCAT(?x{each}, ?x{each}) AS ?x{each + 1})" for each in range(20))
    query = f"SELECT ?x12 ?x20 {{ VALUES ?x0 {{ '{'x' * 100}' }} {doubled} }}"

    async def test() -> None:
        async with started(crowd, workers=1, memory=2**29, result=2**20) as pool:
            with pytest.raises(QueryEngineError, match="larger than the limit"):
                await ask(pool, query)
            for _ in range(3):
                assert await ask(pool, "ASK {}", form="csv") == (200, b"true")
            await eventually(lambda: pool.ended == {"retired": 1}, "the retirement")

    run(test)


def test_slow_reader_holds_the_worker_back_and_not_the_server(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd) as pool:
            answer = await pool.ask(Job(LONG, BASE, form="csv"), "a")
            await answer.chunk()
            await ask(pool, "ASK {}", "b")
            assert answer._waiting < 2**21
            assert pool.standing.busy == 1
            pool.abandon(answer)
            await eventually(lambda: pool.standing.busy == 0, "the worker to be free or gone")

    run(test)


def test_answer_larger_than_its_limit_breaks(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, result=2**20) as pool:
            with pytest.raises(QueryEngineError, match="larger than the limit"):
                await ask(pool, LONG)
            assert await ask(pool, "ASK {}", form="csv") == (200, b"true")
            assert pool.ended.total() == 0

    run(test)


@pytest.mark.parametrize("held", [0, 2**27])
def test_source_that_is_no_store_is_said(tmp_path: Path, held: int) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "CURRENT").write_text("nonsense")
    for source in (tmp_path / "missing.ttl", tmp_path / "store"):

        async def test(source: Path = source) -> None:
            with pytest.raises(StoreError, match="cannot be opened"):
                async with started(source, held=held):
                    pass

        run(test)


def test_stop_tells_those_who_wait(crowd: Path) -> None:
    async def test() -> None:
        async with started(crowd, workers=1) as pool:
            tasks = [asyncio.create_task(ask(pool, ENDLESS, str(each))) for each in range(3)]
            await eventually(lambda: pool.standing.busy == 1 and pool.standing.waiting == 2, "the queue")
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in found] == [StoreError] * 3

    run(test)

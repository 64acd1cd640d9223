"""The container files: what they name is there, the proxy's configuration is taken and does what it says."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mlgraph.server.settings import VARIABLE, Settings
from tests.conftest import ROOT
from tests.remote.servers import free_port
from tests.server.serving import PATIENCE, SMALL, served, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.serving import Served

NGINX = shutil.which("nginx")


def docker_file() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_image_is_told_only_settings_that_there_are_and_runs_as_nobody() -> None:
    text = docker_file()
    told = set(re.findall(rf"\b{VARIABLE}(\w+)=", text))
    assert told == {"HOST", "PORT"}
    assert {each.lower() for each in told} <= set(Settings._fields)
    users = re.findall(r"^USER (\S+)$", text, re.MULTILINE)
    assert users
    assert users[-1] != "root"
    assert text.rindex("USER ") < text.rindex("ENTRYPOINT")


def test_what_goes_into_the_image_is_what_the_wheel_needs() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert all((ROOT / name).exists() for name in kept)
    packing = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert {"src", "data", "ontology", "hatch_build.py", "pyproject.toml", "constraints.txt"} <= kept
    for name in re.findall(r'^(?:readme = |license-files = \[)"([^"]+)"', packing, re.MULTILINE):
        assert name in kept


def test_only_the_proxy_is_reached_from_outside_and_believed(compose: dict[str, Any]) -> None:
    server, proxy = compose["services"]["mlgraph"], compose["services"]["proxy"]
    assert "ports" not in server
    assert all(compose["networks"][name]["internal"] for name in server["networks"])
    told = server["environment"]
    assert told[f"{VARIABLE}PROXIES"] == proxy["networks"]["inside"]["ipv4_address"]
    assert {name.removeprefix(VARIABLE).lower() for name in told} <= set(Settings._fields)
    for each in (server, proxy):
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
        assert each["mem_limit"]
    for volume in proxy["volumes"]:
        assert (ROOT / volume.split(":")[0]).is_file()


# -- the proxy itself


def _written(path: Path) -> bool:
    return path.exists() and bool(path.read_text())


@contextmanager
def proxied(url: str, folder: Path) -> Iterator[tuple[str, int]]:
    """Run nginx with our configuration, in front of a server, on loopback."""
    assert NGINX is not None
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("server mlgraph:8000;", f"server {url.removeprefix('http://')};"),
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("client_header_timeout 10s;", "client_header_timeout 1s;"),
        ("/tmp/", f"{folder}/"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off;"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: process.poll() is not None or _written(folder / "nginx.pid"), "nginx")
        assert process.poll() is None, "nginx does not take the configuration"
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, tuple[str, int]]]:
    if NGINX is None:
        pytest.skip("nginx is not installed here: apt install nginx-light")
    folder = tmp_path_factory.mktemp("proxy")
    folder.chmod(0o755)
    source = folder / "little.nt"
    source.write_text("<http://a.org/s> <http://a.org/p> <http://a.org/o> .\n", encoding="utf-8")
    with served(source, {"proxies": "127.0.0.1"}) as here, proxied(here.url, folder) as place:
        yield here, place


def test_queries_pass_the_proxy_and_the_client_is_known(
    behind: tuple[Served, tuple[str, int]],
) -> None:
    here, (host, port) = behind
    request = urllib.request.Request(
        f"http://{host}:{port}/sparql?query=SELECT*%7B%3Fs%3Fp%3Fo%7D",
        headers={"Accept": "application/sparql-results+json", "X-Forwarded-For": "203.0.113.9"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        found = json.loads(answer.read())
    assert found["results"]["bindings"][0]["s"]["value"] == "http://a.org/s"

    def clients() -> set[str]:
        return {line["client"] for line in here.lines() if line.get("path") == "/sparql"}

    until(clients, "the line of the log")
    assert clients() == {"127.0.0.1"}, "what a client claims to be is not believed"


def test_metrics_are_not_for_the_public(behind: tuple[Served, tuple[str, int]]) -> None:
    here, (host, port) = behind
    assert here.request("GET", "/metrics").status == 200
    with pytest.raises(urllib.error.HTTPError) as failed:
        urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=PATIENCE)
    assert failed.value.code == 404
    failed.value.close()


def test_who_sends_no_whole_head_is_cut_off(
    behind: tuple[Served, tuple[str, int]],
) -> None:
    _, place = behind
    with socket.create_connection(place, timeout=PATIENCE) as slow:
        slow.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        try:
            told = slow.recv(1000)
        except ConnectionResetError:
            told = b""
    assert told == b"" or told.startswith(b"HTTP/1.1 408 ")


# -- process 1


def test_server_starts_as_process_1_of_a_container(tmp_path: Path) -> None:
    """There the parent of all others has the number that elsewhere says that the parent is gone."""
    alone = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*alone, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("no process numbers of one's own here (unshare)")
    source = tmp_path / "little.nt"
    source.write_text("<http://a.org/s> <http://a.org/p> <http://a.org/o> .\n", encoding="utf-8")
    launch = [sys.executable, "-m", "tests.server.launch", str(source), json.dumps(SMALL), '{"workers": 1}']
    process = subprocess.Popen(
        [*alone, *launch], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "it did not start"
        with urllib.request.urlopen(f"{url}/sparql?query=ASK%7B%3Fs%3Fp%3Fo%7D", timeout=PATIENCE) as answer:
            assert json.loads(answer.read())["boolean"]
    finally:
        process.kill()
        process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()

"""Who we are to a server, and which URLs are taken."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from mlgraph.errors import StoreError, UsageError
from mlgraph.rdf.challenge import Challenge, Credentials, authorization, challenges
from mlgraph.rdf.remote import store_patience
from mlgraph.rdf.transport import checked_url, credentials_from_environment
from tests.remote.lying import Asked, Said, serving
from tests.remote.test_remote import ASK, store_at

if TYPE_CHECKING:
    from collections.abc import Callable


def digest_server(algorithm: str, qop: str) -> Callable[[Asked, int], Said]:
    """Ask for Digest, and check the answer by the formula of RFC 7616; each nonce counts up."""
    seen: list[str] = []
    hashed = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def h(text: str) -> str:
        return hashed(text.encode()).hexdigest()

    def reply(asked: Asked, _: int) -> Said:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', asked.headers.get("authorization", "")))
        if given:
            ha1, ha2 = h("me:SPARQL:se:cret"), h(f"POST:{given['uri']}")
            middle = f"{given['nonce']}:{given['nc']}:{given['cnonce']}:auth" if qop else given["nonce"]
            fresh = not qop or given["nc"] not in seen
            seen.append(given.get("nc", ""))
            if given["response"] == h(f"{ha1}:{middle}:{ha2}") and given["uri"] == asked.path and fresh:
                return Said()
        asks = f'Digest realm="SPARQL", nonce="n1", opaque="o", stale="false", algorithm="{algorithm}"'
        return Said(b"", "", 401, (("WWW-Authenticate", asks + (f', qop="{qop}"' if qop else "")),))

    return reply


@pytest.mark.parametrize(("algorithm", "qop"), [("MD5", "auth"), ("MD5", ""), ("SHA-256", "auth,auth-int")])
def test_digest(algorithm: str, qop: str) -> None:
    with serving(digest_server(algorithm, qop)) as (url, asked):
        store = store_at(url, credentials=Credentials(None, "me", "se:cret"))
        for _ in range(3):
            assert len(store.select(ASK)) == 1
        assert len(asked) == 4, "only the first question is asked twice"
        with pytest.raises(StoreError, match="does not let us in"):
            store_at(url, credentials=Credentials(None, "me", "wrong")).select(ASK)
        assert len(asked) == 6


def test_basic_and_header() -> None:
    def reply(asked: Asked, _: int) -> Said:
        good = asked.headers.get("authorization") == "Basic bWU6c2VjcmV0"
        return Said() if good else Said(b"", "", 401, (("WWW-Authenticate", 'Basic realm="x"'),))

    with serving(reply) as (url, asked):
        store_at(url, credentials=Credentials(None, "me", "secret")).select(ASK)
        assert len(asked) == 2
        store_at(url, credentials=Credentials(("Authorization", "Basic bWU6c2VjcmV0"))).select(ASK)
        assert len(asked) == 3


def test_rfc_7616_example() -> None:
    (asked,) = challenges(
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    said = authorization(
        asked,
        Credentials(None, "Mufasa", "Circle of Life"),
        "GET",
        "/dir/index.html",
        1,
        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in said


def test_challenge_that_cannot_be_answered_is_left() -> None:
    assert challenges('Negotiate, Digest realm="a", nonce="n", algorithm=FOO') == []
    assert [each.scheme for each in challenges('Basic realm="say \\"hi\\", you"')] == ["basic"]
    assert "secret" not in repr(Credentials(("Authorization", "Bearer secret"), "me", "secret"))
    assert Challenge("basic", {}).scheme == "basic"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:7878",
        "ftp://a/",
        "http://",
        "http://a:99999/",
        "http://[::1/",
        "http://a/ b",
        "http://a\n/",
        "http://me:pw@a/",
        "http://a/#x",
        "file:///etc/passwd",
    ],
)
def test_url_that_is_none(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_url(url)
    assert "pw" not in f"{caught.value} {caught.value.mend}"


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLGRAPH_STORE_HEADER", "Authorization: Bearer a.b")
    monkeypatch.setenv("MLGRAPH_STORE_USER", "me")
    monkeypatch.setenv("MLGRAPH_STORE_TIMEOUT", "2.5")
    assert credentials_from_environment() == Credentials(("Authorization", "Bearer a.b"), "me", "")
    assert store_patience().timeout == 2.5
    for bad in ("nonsense", "A: b\nC: d", ": x", "A B: c", "A:"):
        monkeypatch.setenv("MLGRAPH_STORE_HEADER", bad)
        with pytest.raises(UsageError):
            credentials_from_environment()
    for bad in ("soon", "0", "-1", "nan", "1e9"):
        monkeypatch.setenv("MLGRAPH_STORE_TIMEOUT", bad)
        with pytest.raises(UsageError):
            store_patience()

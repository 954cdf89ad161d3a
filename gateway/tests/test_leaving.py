"""A gateway that is about to stop lets no connection stand open on which a request could get lost."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from .gateway_process import gateway_process

PATIENCE_S = 10


def test_connections_end_with_their_answer_before_the_stop(
    django_ready: None, tmp_path: Path
) -> None:
    sign = tmp_path / "leaving"
    with gateway_process(tmp_path, {}, LEAVING_SIGN=str(sign)) as (url, _):
        line = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)
        line.request("GET", "/livez")
        kept = line.getresponse()
        kept.read()
        assert not kept.will_close
        sign.touch()
        line.request("GET", "/livez")
        with line.getresponse() as last:
            assert last.status == 200
            assert last.headers.get_all("Connection") == ["close"]
            everything = last.fp.read()  # until the gateway ends the connection, or time is up
    assert b'{"status": "ok"}' in everything

"""Receives OpenTelemetry's traces over OTLP/HTTP, as a collector would."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class ReceivedSpan:
    process: str
    name: str
    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    attributes: dict[str, str]


@dataclass
class TraceReceiver:
    url: str
    spans: list[ReceivedSpan] = field(default_factory=list)

    def trace_of(self, process: str, name: str) -> list[ReceivedSpan]:
        """All spans of the trace that has a span of this name in this process; none when there is no such trace."""
        traces = {one.trace_id for one in self.spans if (one.process, one.name) == (process, name)}
        return [one for one in self.spans if one.trace_id in traces]


@contextmanager
def receiving_traces() -> Iterator[TraceReceiver]:
    spans: list[ReceivedSpan] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            spans.extend(spans_in(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield TraceReceiver(f"http://127.0.0.1:{server.server_port}", spans)
    server.shutdown()
    thread.join()
    server.server_close()


def spans_in(request: ExportTraceServiceRequest) -> Iterator[ReceivedSpan]:
    for resource in request.resource_spans:
        names = {one.key: one.value.string_value for one in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                attributes = {one.key: one.value.string_value for one in span.attributes}
                yield ReceivedSpan(
                    names["service.name"],
                    span.name,
                    span.trace_id,
                    span.span_id,
                    span.parent_span_id,
                    attributes,
                )

"""Writes nginx.conf beside it, with nginx-config-builder: `make nginx`. TLS ends here; the gateway is the upstream."""

import json
from pathlib import Path

from nginx.config.api import Block, Config, EmptyBlock, Location
from nginx.config.api.options import Comment, KeyValuesMultiLines

SECURITY_HEADERS = (
    'Strict-Transport-Security "max-age=31536000" always',
    'X-Content-Type-Options "nosniff" always',
)
# Mozilla's intermediate list of 2025 for TLS 1.2; those of TLS 1.3 are all good.
CIPHERS = ":".join(
    f"ECDHE-{kind}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
    for kind in ("ECDSA", "RSA")
)
PROXY_HEADERS = (
    "Host $host",
    "X-Forwarded-For $remote_addr",  # what a client wrote there is not believed
    "X-Forwarded-Proto https",
    "X-Request-Id $request_id",
    'Connection ""',  # keeps connections to the gateway open
)
# The gateway's own limits say why in a problem; these stop what would only cost memory and time.
BODY = "1m"
UPLOAD = "51m"
LONGEST_ANSWER = "120s"  # above the gateway's longest wait for a service
# What nginx refuses by itself, as problems like everybody else's: status, problem type, title, detail, Retry-After.
REFUSALS = {
    "413": (
        "413",
        "too-large",
        "The body is too large",
        "A body may have 1 MB, an import 50 MB.",
        None,
    ),
    "429": ("429", "too-many-requests", "Too many requests", "Wait a moment and try again.", "2"),
    "502 504": (
        "503",
        "service-unavailable",
        "Not available now",
        "Barline is starting or being restarted; try again in a few seconds.",
        "5",
    ),
}


def configuration() -> str:
    """The whole file."""
    config = Config(
        http(),
        Block("events", worker_connections=4096),
        worker_processes="auto",
        worker_rlimit_nofile=8192,
        pid="/tmp/nginx.pid",  # noqa: S108 - the one folder that is writable in the container
        error_log="/dev/stderr warn",
    )
    head = "# Written by write_config.py; change that, and run `make nginx`."
    return f"{head}{config}\n"


def http() -> Block:
    return Block(
        "http",
        *(
            KeyValuesMultiLines(f"{kind}_temp_path", [f"/tmp/{kind}"])  # noqa: S108 - see above
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ),
        KeyValuesMultiLines("log_format", [access_log_format()]),
        KeyValuesMultiLines("access_log", ["/dev/stdout barline"]),
        # A burst of one address beyond this waits, then gets 429; each key's own limit is the gateway's.
        KeyValuesMultiLines("limit_req_zone", ["$binary_remote_addr zone=sign_in:10m rate=30r/m"]),
        KeyValuesMultiLines("limit_conn_zone", ["$binary_remote_addr zone=connections:10m"]),
        Block(
            "upstream gateway",
            server="gateway:8000 max_fails=0",
            keepalive=64,
            keepalive_timeout="4s",  # below the gateway's own, so that it never closes first
        ),
        EmptyBlock(to_tls()),
        EmptyBlock(front_door()),
        include="/etc/nginx/mime.types",
        default_type="application/octet-stream",
        server_tokens="off",
        sendfile="on",
        tcp_nopush="on",
        keepalive_timeout="60s",
        client_header_timeout="10s",
        client_body_timeout="20s",
        send_timeout="30s",
        reset_timedout_connection="on",
        large_client_header_buffers="4 8k",
        client_max_body_size=BODY,
        limit_conn="connections 200",
        limit_conn_status=429,
        limit_req_status=429,
        ssl_protocols="TLSv1.2 TLSv1.3",
        ssl_session_cache="shared:tls:10m",
        ssl_session_tickets="off",
        ssl_ciphers=CIPHERS,
        ssl_prefer_server_ciphers="off",
    )


def access_log_format() -> str:
    """One JSON object a line, without the query: it may hold what is nobody's business."""
    fields = {
        "time": "$time_iso8601",
        "request_id": "$request_id",
        "method": "$request_method",
        "path": "$uri",
        "status": "$status",
        "bytes": "$body_bytes_sent",
        "duration_s": "$request_time",
        "upstream_s": "$upstream_response_time",
    }
    inner = ",".join(f'"{name}":"{value}"' for name, value in fields.items())
    return f"barline escape=json '{{{inner}}}'"


def to_tls() -> Block:
    """Plain HTTP only says where the front door is."""
    return Block(
        "server",
        Location("= /livez", KeyValuesMultiLines("return", ["204"])),
        Location("/", KeyValuesMultiLines("return", ["301 https://$host$request_uri"])),
        listen=8080,
        server_name="_",
    )


def front_door() -> Block:
    return Block(
        "server",
        Comment(comment="Metrics and the services' own routes are not for the outside."),
        Location("~ ^/(metrics|documents)(/|$)", KeyValuesMultiLines("return", ["404"])),
        static_files(),
        proxied("~ ^/(financial_data|reporting)/import/?$", client_max_body_size=UPLOAD),
        proxied("~ ^/reporting/sign-in/?$", limit_req="zone=sign_in burst=20 nodelay"),
        proxied("/"),
        *(refusal(codes) for codes in REFUSALS),
        *(
            KeyValuesMultiLines(f"error_page {codes}", [f"= {place_of(codes)}"])
            for codes in REFUSALS
        ),
        KeyValuesMultiLines("add_header", list(SECURITY_HEADERS[:1])),
        listen="8443 ssl http2",
        proxy_hide_header="Strict-Transport-Security",  # the gateway says it too
        server_name="_",
        ssl_certificate="/run/secrets/tls.crt",
        ssl_certificate_key="/run/secrets/tls.key",
    )


def static_files() -> Location:
    return Location(
        "/static/",
        KeyValuesMultiLines(
            "add_header", [*SECURITY_HEADERS, 'Cache-Control "public, max-age=60"']
        ),
        alias="/opt/static/",
        gzip_static="on",
        etag="on",
    )


def proxied(place: str, **options: str) -> Location:
    return Location(
        place,
        KeyValuesMultiLines("proxy_set_header", list(PROXY_HEADERS)),
        proxy_pass="http://gateway",
        proxy_http_version="1.1",
        proxy_connect_timeout="3s",
        proxy_read_timeout=LONGEST_ANSWER,
        # Only a connection that could not be made is tried again: nothing was sent yet.
        proxy_next_upstream="error timeout non_idempotent",
        proxy_next_upstream_tries=1,
        **options,
    )


def place_of(codes: str) -> str:
    return "@refused_" + codes.replace(" ", "_")


def refusal(codes: str) -> Location:
    status, kind, title, detail, retry_after_s = REFUSALS[codes]
    problem = {"type": kind, "title": title, "status": int(status), "detail": detail}
    headers = [f'Retry-After "{retry_after_s}" always'] if retry_after_s else []
    return Location(
        place_of(codes),
        KeyValuesMultiLines("add_header", [*headers, *SECURITY_HEADERS]),
        KeyValuesMultiLines("return", [f"{status} '{json.dumps(problem)}'"]),
        default_type="application/problem+json",
    )


if __name__ == "__main__":
    Path(__file__).with_name("nginx.conf").write_text(configuration())

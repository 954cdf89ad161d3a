"""The processes of a local installation: how each is started, and the environment each gets."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from barline_core.embedded import free_port
from barline_local.home import Home
from barline_release.parties import SERVICES

SANDBOX_KEY = "sandbox-premium"
SANDBOX_MARKET_DATE = "2013-03-02"  # the day after the last bar the sandbox has
DEFAULT_PORT = 8000
WITH_WORKER = ("ingestion", "backtest", "prediction")  # services whose long work waits on the queue

# Settings a person may give in the environment or in .env, and which processes read them.
SHARED_SETTINGS = (
    "LOG_LEVEL", "LOG_FORMAT", "MARKET_DATE", "DATABASE_POOL_SIZE",
    "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
    "OTEL_BSP_SCHEDULE_DELAY",
)  # fmt: skip
OWN_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "gateway": (
        "ALLOWED_HOSTS", "THROTTLE_RATE", "SIGN_IN_RATE", "CACHE_URL", "HTTPS_ONLY", "TRUSTED_ORIGINS",
        "CORS_ORIGINS", "PROXY_COUNT", "DEBUG",
        "SERVICE_CONNECT_TIMEOUT_S", "SERVICE_READ_TIMEOUT_S", "SERVICE_CALLS_AT_ONCE", "SERVICE_CALLS_WAITING",
    ),
    "ingestion": (
        "ALPHA_VANTAGE_API_KEY", "ALPHA_VANTAGE_BASE_URL", "FREE_REQUESTS_PER_DAY", "WORKER_CONCURRENCY",
        "UPSTREAM_CONNECT_TIMEOUT_S", "UPSTREAM_READ_TIMEOUT_S", "UPSTREAM_TOTAL_TIMEOUT_S",
        "UPSTREAM_ATTEMPTS", "UPSTREAM_BACKOFF_S", "FREE_SECONDS_BETWEEN_REQUESTS", "WORKER_HEARTBEAT_S",
        "WORKER_STALLED_AFTER_S",
    ),
    "backtest": ("COMPUTE_THREADS", "WORKER_HEARTBEAT_S", "WORKER_STALLED_AFTER_S"),
    "prediction": ("MODEL_VERSION", "WORKER_HEARTBEAT_S", "WORKER_STALLED_AFTER_S"),
    "reports": (
        "CHROMIUM_PATH",
        "RENDER_PROCESSES",
        "RENDER_WAITING",
        "RENDER_TIMEOUT_S",
        "RENDER_QUEUE_S",
        "RENDER_MEMORY_MB",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """One process for the supervisor."""

    name: str
    command: list[str]
    environment: dict[str, str]
    ready_url: str | None


def wants_sandbox(settings: Mapping[str, str]) -> bool:
    """No API key: the demo's bars come from the sandbox."""
    return not settings.get("ALPHA_VANTAGE_API_KEY")


def gateway_port(settings: Mapping[str, str]) -> int:
    return int(settings.get("PORT") or DEFAULT_PORT)


def all_programs(
    home: Home, secrets: Mapping[str, str], settings: Mapping[str, str], urls: Mapping[str, str]
) -> list[Program]:
    """Every process, in the order they start. `urls` are the database's, by party."""
    ports = {service: free_port() for service in (*SERVICES, "sandbox")}
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    settings = dict(settings)
    programs: list[Program] = []
    if wants_sandbox(settings):
        settings["ALPHA_VANTAGE_API_KEY"] = SANDBOX_KEY
        settings["ALPHA_VANTAGE_BASE_URL"] = addresses["sandbox"]
        settings.setdefault("MARKET_DATE", SANDBOX_MARKET_DATE)
        command = python("-m", "barline_sandbox", "--port", str(ports["sandbox"]))
        programs.append(Program("sandbox", command, {}, None))
    for service in SERVICES:
        environment = {
            **own_settings(service, settings),
            **{f"{name.upper()}_URL": addresses[name] for name in SERVICES if name != service},
            "DATABASE_URL": urls[service],
            "INTERNAL_KEYS_DIR": str(home.keys_dir(service)),
            "PORT": str(ports[service]),
        }
        ready_url = f"{addresses[service]}/readyz"
        command = python("-m", f"barline_{service}")
        programs.append(Program(service, command, environment, ready_url))
        if service in WITH_WORKER:
            command = python("-m", f"barline_{service}.worker")
            programs.append(Program(f"{service}-worker", command, environment, None))
    programs.append(gateway(home, secrets, settings, urls["gateway"], addresses))
    return [program if program.name == "sandbox" else measured(program) for program in programs]


def measured(program: Program) -> Program:
    """With a port of its own for metrics, which `metrics.json` of the home names."""
    return replace(program, environment={**program.environment, "METRICS_PORT": str(free_port())})


def scrape_targets(programs: Sequence[Program]) -> list[dict[str, object]]:
    """Where the metrics are, in the form of Prometheus's file discovery."""
    return [
        {
            "targets": [f"127.0.0.1:{program.environment['METRICS_PORT']}"],
            "labels": {"job": "barline", "process": program.name},
        }
        for program in programs
        if "METRICS_PORT" in program.environment
    ]


def gateway(
    home: Home,
    secrets: Mapping[str, str],
    settings: Mapping[str, str],
    database_url: str,
    addresses: Mapping[str, str],
) -> Program:
    """The gateway under Granian."""
    port, host = gateway_port(settings), settings.get("HOST") or "127.0.0.1"
    environment = {
        **own_settings("gateway", settings),
        **{f"{name.upper()}_URL": addresses[name] for name in SERVICES if name in addresses},
        "DATABASE_URL": database_url,
        "INTERNAL_KEYS_DIR": str(home.keys_dir("gateway")),
        "SECRET_KEY": secrets["secret_key"],
        "API_KEY_SECRET": secrets["api_key_secret"],
        "SANDBOX": str(settings.get("ALPHA_VANTAGE_API_KEY") == SANDBOX_KEY).lower(),
        "DJANGO_SETTINGS_MODULE": "barline_gateway.settings",
        "HOST": host,
        "PORT": str(port),
    }
    return Program(
        "gateway", python("-m", "barline_gateway"), environment, f"http://127.0.0.1:{port}/readyz"
    )


def own_settings(party: str, settings: Mapping[str, str]) -> dict[str, str]:
    """What a person set that this process reads."""
    names = (*SHARED_SETTINGS, *OWN_SETTINGS.get(party, ()))
    return {name: settings[name] for name in names if settings.get(name)}


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]

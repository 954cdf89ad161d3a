"""Tries every connection between the pods of an installation (overlay local) and from other namespaces.

Those that the design has must be made, all others must not: one JSON line, and 1 when one is not as it should be.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

NAMESPACE = "barline"
METRICS_PORT = 9100
PATIENCE_S = 3

SERVICES = {"gateway": 8000, "ingestion": 8000, "backtest": 8000, "prediction": 8000, "reports": 8000,
            "sandbox": 8000, "database": 5432, "front": 8443}  # fmt: skip
WITH_METRICS = ("gateway", "ingestion", "ingestion-worker", "backtest", "backtest-worker", "prediction",
                "prediction-worker", "reports")  # fmt: skip
CALLS = {
    "front": {"gateway"},
    "gateway": {"ingestion", "backtest", "prediction", "reports", "database"},
    "ingestion": {"database", "sandbox"},
    "ingestion-worker": {"database", "sandbox"},
    "backtest": {"database"},
    "backtest-worker": {"database"},
    "prediction": {"database"},
    "prediction-worker": {"database"},
    "reports": {"database", "backtest", "prediction"},
    "sandbox": set(),
    "database": set(),
}
# Pods of other namespaces, by the label of theirs: front lets everybody in.
VISITORS = {
    "barline/ingress=yes": {"front", "gateway"},
    "barline/monitoring=yes": {"front", *(f"{name} metrics" for name in WITH_METRICS)},
    "barline/stranger=yes": {"front"},
}
# bash's own connections: every image has bash, few have more.
ATTEMPT = """for target in "$@"; do (
  IFS=' ' read -r host port name <<<"$target"
  timeout {patience} bash -c "exec 3<>/dev/tcp/$host/$port" 2>/dev/null && echo "$name"
) & done; wait"""


def kubectl(*arguments: str, text: str | None = None) -> str:
    done = subprocess.run(
        ["kubectl", *arguments], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"kubectl {' '.join(arguments[:6])}: {done.stderr.strip()}")
    return done.stdout


def pods() -> dict[str, tuple[str, str]]:
    """One running pod of each application: its name and its address."""
    found = json.loads(kubectl("get", "pods", "-n", NAMESPACE, "-o", "json"))["items"]
    return {
        pod["metadata"]["labels"]["app.kubernetes.io/name"]: (
            pod["metadata"]["name"],
            pod["status"]["podIP"],
        )
        for pod in found
        if pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]
    }


def targets(addresses: dict[str, tuple[str, str]]) -> list[str]:
    """`HOST PORT NAME` for each service, each metrics port, and the cluster's own API."""
    services = [f"{name}.{NAMESPACE} {port} {name}" for name, port in SERVICES.items()]
    metrics = [f"{addresses[name][1]} {METRICS_PORT} {name} metrics" for name in WITH_METRICS]
    return [*services, *metrics, "kubernetes.default 443 kubernetes"]


def reached(namespace: str, pod: str, wanted: list[str]) -> set[str]:
    script = ATTEMPT.format(patience=PATIENCE_S)
    made = kubectl("exec", "-n", namespace, pod, "--", "bash", "-c", script, "bash", *wanted)
    return set(made.splitlines())


@contextmanager
def visitor(label: str) -> Iterator[str]:
    """A namespace with this label and a pod in it, for a moment."""
    namespace = f"visitor-{label.partition('/')[2].partition('=')[0]}"
    kubectl("delete", "namespace", namespace, "--ignore-not-found")
    kubectl("create", "namespace", namespace)
    try:
        kubectl("label", "namespace", namespace, label)
        kubectl("run", "visitor", "-n", namespace, "--image=barline-gateway:dev",
                "--image-pull-policy=IfNotPresent", "--", "sleep", "600")  # fmt: skip
        kubectl("wait", "-n", namespace, "--for=condition=Ready", "pod/visitor", "--timeout=120s")
        yield namespace
    finally:
        kubectl("delete", "namespace", namespace, "--wait=false")


def differences(source: str, made: set[str], wanted: set[str]) -> list[str]:
    return [f"{source} -> {name}: refused" for name in sorted(wanted - made)] + [
        f"{source} -> {name}: allowed" for name in sorted(made - wanted)
    ]


def main() -> int:
    addresses = pods()
    everything = targets(addresses)
    wrong: list[str] = []
    tried = allowed = 0

    def within(source: str) -> tuple[str, list[str], set[str]]:
        asked = [
            one for one in everything if not one.endswith((f" {source}", f" {source} metrics"))
        ]
        return source, asked, reached(NAMESPACE, addresses[source][0], asked)

    with ThreadPoolExecutor(3) as pool:
        for source, asked, made in pool.map(within, CALLS):
            wrong += differences(source, made, CALLS[source])
            tried, allowed = tried + len(asked), allowed + len(made)
    for label, wanted in VISITORS.items():
        with visitor(label) as namespace:
            made = reached(
                namespace, "visitor", [one for one in everything if "kubernetes" not in one]
            )
        wrong += differences(f"namespace with {label}", made, wanted)
        tried, allowed = tried + len(everything) - 1, allowed + len(made)
    print(
        json.dumps({"tried": tried, "allowed": allowed, "refused": tried - allowed, "wrong": wrong})
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

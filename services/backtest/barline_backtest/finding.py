"""The shape of a finding: something a reader should know before believing a result."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`id` is stable and for programs, `message` is a plain sentence for people."""

    id: str
    severity: Severity
    message: str

"""The only pickles this code will open, by version and SHA-256: swapping a file and its manifest is not enough.

A version, once here, never changes; training another model makes a new version.
"""

from collections.abc import Mapping

MODEL_NAME = "pooled-volatility"
DEFAULT_VERSION = "2"
PINNED_SHA256: Mapping[str, str] = {
    "1": "6c4f96b60121a31106ed3a504b954767282508803145d3231e0f1de8bab627ed",
    "2": "4c9b8af2392f8f500bfd4f9830573555fa520474f6a8444cf54ab55425358bc7",
}

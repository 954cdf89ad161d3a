"""What all answers have in common: they are read once, checked, and not changed afterwards."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen object. Members that this release does not know are left out, so a newer server can be asked."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

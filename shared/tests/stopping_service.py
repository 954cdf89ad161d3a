"""`python stopping_service.py`: a service whose one route takes its time, run as all services are."""

import time

from fastapi import APIRouter

from barline_core.service import create_app, serve
from barline_core.settings import ServiceSettings

router = APIRouter()


@router.get("/slow")
def slow() -> str:
    print("begun", flush=True)
    time.sleep(3)
    return "done"


if __name__ == "__main__":
    serve(create_app(service="example", settings=ServiceSettings(), routers=[router]))

"""A small real HTTP server in the place of the backtest and the prediction service."""

import time

import jwt
from fastapi import FastAPI, Request, Response

from .report_samples import (
    Bars,
    Json,
    backtest_answer,
    encoded,
    forecast_answer,
    sensitivity_answer,
    without,
)
from .scorecard_samples import model_card, record, scorecard_answer

PROBLEM = "application/problem+json"
PARTS = ("trades", "equity_curve", "prices")


class SampleServices:
    """Answers like both services; remembers who asked for what. `problem` makes every answer that problem."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.backtest = backtest_answer(bars)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.claims: list[Json] = []
        self.problem: Response | None = None
        self.hindcast_problem: Response | None = None
        self.records = [record()]
        self.delay_s = 0.0
        self.raw: bytes | None = None
        self.sensitivity_problem: Response | None = None
        self.varied_on = "9f2a" * 16
        self.runs: dict[str, Json] = {}
        self.changing = False
        self.app = FastAPI()
        self.app.get("/back_test")(self.answer_backtest)
        self.app.get("/back_test/runs/{run_id}")(self.answer_run)
        self.app.get("/back_test/runs/{run_id}/sensitivity")(self.answer_sensitivity)
        self.app.get("/ai_prediction")(self.answer_forecast)
        self.app.get("/ai_prediction/scorecard")(self.answer_scorecard)
        self.app.get("/ai_prediction/model")(self.answer_model)

    def answer_backtest(self, request: Request) -> Response:
        self._note(request)
        if self.problem:
            return self.problem
        if self.raw is not None:
            return Response(self.raw, media_type="application/json")
        wanted = request.query_params.get("include", "trades,equity_curve").split(",")
        left_out = [part for part in PARTS if part not in wanted]
        changed = {"digest": f"{len(self.asked):064d}"} if self.changing else {}
        return as_json(without(self.backtest, *left_out) | changed)

    def answer_run(self, run_id: str, request: Request) -> Response:
        self._note(request)
        if run_id not in self.runs:
            return problem(404, "not-found", f"You have no run {run_id}.")
        return as_json(without(self.runs[run_id], "prices"))

    def answer_sensitivity(self, request: Request) -> Response:
        self._note(request)
        return self.sensitivity_problem or as_json(sensitivity_answer(self.varied_on))

    def answer_forecast(self, request: Request) -> Response:
        self._note(request)
        if self.problem:
            return self.problem
        as_of = request.query_params.get("as_of")
        if as_of and self.hindcast_problem:
            return self.hindcast_problem
        include = tuple(request.query_params.get("include", "").split(","))
        at = self.bars.date.index(as_of) if as_of else -1
        return as_json(forecast_answer(self.bars, as_of=at, include=include))

    def answer_scorecard(self, request: Request) -> Response:
        self._note(request)
        return self.problem or as_json(scorecard_answer(self.bars, *self.records))

    def answer_model(self, request: Request) -> Response:
        self._note(request)
        return self.problem or as_json(model_card())

    def _note(self, request: Request) -> None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.claims.append(jwt.decode(token, options={"verify_signature": False}))
        self.asked.append((request.url.path, dict(request.query_params)))
        time.sleep(self.delay_s)


def as_json(answer: Json) -> Response:
    return Response(encoded(answer), media_type="application/json")


def problem(status: int, type_: str, detail: str, **headers: str) -> Response:
    document: Json = {
        "type": f"https://barline.dev/problems/{type_}",
        "title": type_,
        "status": status,
        "detail": detail,
        "instance": "/back_test",
        "request_id": "0123456789abcdef",
    }
    return Response(encoded(document), status_code=status, media_type=PROBLEM, headers=headers)

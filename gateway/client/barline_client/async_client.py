"""The client for asyncio: the same flows over httpx.AsyncClient."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from barline_client import flow
from barline_client.call import Call
from barline_client.models import Job
from barline_client.pages import Page, next_page
from barline_client.settings import Settings, settings
from barline_client.target import half_written
from barline_client.wire import CHUNK_BYTES, TIMEOUT, headers_of, reply_of, request_arguments

T = TypeVar("T")


class AsyncClient:
    """Sends calls, many at a time if wanted; close it, or use it in an `async with` statement."""

    def __init__(self, base_url: str | None = None, api_key: str | None = None) -> None:
        self.settings: Settings = settings(base_url, api_key)
        self._http = httpx.AsyncClient(
            base_url=self.settings.base_url, headers=headers_of(self.settings), timeout=TIMEOUT
        )

    async def send(self, call: Call[T]) -> T:
        """The answer to a call."""
        return await self._drive(flow.answered(call))

    async def follow(self, job: Job, heard: Callable[[Job], None] | None = None) -> Job:
        """Wait for a job; `heard` is told of its progress."""
        return await self._drive(flow.followed(job), heard)

    async def items(self, call: Call[Page[T]]) -> AsyncIterator[T]:
        """Everything on this page and those after it."""
        following: Call[Page[T]] | None = call
        while following is not None:
            page = await self.send(following)
            for one in page.results:
                yield one
            following = next_page(following, page)

    async def download(self, call: Call[bytes], target: Path) -> None:
        """Write the answer to a file, in pieces; the file is there whole or not at all."""
        with half_written(target) as sink:
            await self._drive(flow.successful(call, sink))

    async def _drive(self, steps: flow.Flow[T], heard: Callable[[Job], None] | None = None) -> T:
        told: flow.Told = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as end:
                result: T = end.value
                return result
            told = await self._answer(step) if isinstance(step, flow.Send) else None
            if isinstance(step, flow.Pause):
                await asyncio.sleep(step.seconds)
            if isinstance(step, flow.Heard) and heard is not None:
                heard(step.job)

    async def _answer(self, step: flow.Send) -> flow.Reply | flow.NoReply:
        try:
            async with self._http.stream(**request_arguments(step.call)) as response:
                if step.sink is None or not response.is_success:
                    await response.aread()
                    return reply_of(response, response.content)
                async for chunk in response.aiter_bytes(CHUNK_BYTES):
                    step.sink.write(chunk)
                return reply_of(response, b"")
        except httpx.TransportError as error:
            return flow.NoReply(self.settings.base_url, str(error) or type(error).__name__)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

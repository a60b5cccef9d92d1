"""The original's way: a list of connections, and a loop that awaits each of them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

active: list[WebSocket] = []


async def listen() -> None:
    """Send every message of the channel to every connection."""
    pubsub = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]).pubsub()
    await pubsub.subscribe(os.environ["CHANNEL"])
    async for message in pubsub.listen():
        if message["type"] == "message":
            text = message["data"].decode()
            for websocket in active.copy():
                await websocket.send_text(text)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Listen as long as the application runs."""
    task = asyncio.create_task(listen())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


@app.websocket("/ws/hotspots")
async def hotspots(websocket: WebSocket) -> None:
    """Join the list until the client leaves."""
    await websocket.accept()
    active.append(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        active.remove(websocket)


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", loop="uvloop")

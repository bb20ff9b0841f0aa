"""Alive, and able to serve: asked by whatever restarts or routes, on any host."""

import asyncio
from typing import Any

from litestar import Response, get

from webapp.database.engine import DB


@get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@get("/readyz")
async def readyz() -> Response[dict[str, str]]:
    try:
        async with asyncio.timeout(2):
            await DB.speaker.fetchval("SELECT 1 FROM portals LIMIT 1")
    except Exception:
        away: dict[str, Any] = {"Retry-After": "3"}
        return Response({"status": "the database is away"}, status_code=503, headers=away)
    return Response({"status": "ready"})

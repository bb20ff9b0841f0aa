"""Alive, and able to serve: asked by whatever restarts or routes, on any host."""

import asyncio

from litestar import Response, get

from webapp.database.engine import DB


@get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@get("/readyz")
async def readyz() -> Response[dict[str, str]]:
    try:
        async with asyncio.timeout(3):
            await DB.speaker.fetchval("SELECT 1 FROM portals LIMIT 1")
    except Exception as error:
        why = "the database is busy" if isinstance(error, TimeoutError) else "the database is away"
        return Response({"status": why}, status_code=503, headers={"Retry-After": "3"})
    return Response({"status": "ready"})

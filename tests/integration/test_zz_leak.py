import asyncio, pytest, asyncpg
from webapp.database.engine import DB
pytestmark = pytest.mark.anyio

def state():
    return [ (h._in_use is not None, h._con is None) for h in DB.pool._holders]

@pytest.mark.parametrize("how", ["terminate","cancel","cancel_in_commit","commit_fails", "cancel_begin", "cancel_acquire"])
async def test_leak(app, database_url, how):
    await DB.pool.execute("create table if not exists p(id int primary key)")
    await DB.pool.execute("create table if not exists c(id int references p deferrable initially deferred)")
    out = await asyncpg.connect(database_url)
    errs=[]
    async def one(i):
        async with DB.transaction():
            pid = await DB.speaker.fetchval("select pg_backend_pid()")
            if how == "terminate":
                await out.execute("select pg_terminate_backend($1)", pid)
                await DB.speaker.fetchval("select 1")
            if how == "cancel":
                await DB.speaker.fetchval("select pg_sleep(5)")
            if how == "commit_fails":
                await DB.speaker.execute("insert into c values (99)")
    for i in range(12):
        t = asyncio.create_task(one(i))
        if how.startswith("cancel"):
            for _ in range({"cancel_begin":2,"cancel_acquire":1}.get(how, 9)): await asyncio.sleep(0.0005 if how!="cancel" else .02)
            t.cancel()
            await asyncio.sleep(0)
            t.cancel()
        try:
            async with asyncio.timeout(5): await t
        except BaseException as e: errs.append(type(e).__name__+str(e)[:60])
    print(how, errs, state())
    async with asyncio.timeout(3):
        assert await DB.pool.fetchval("select 1") == 1
    await out.close()

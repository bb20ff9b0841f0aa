/* Delivers the outbox: one context at a time, at most 50 readings a request, per meter in the order typed.
   An entry is delivered only by an answer that names its id and its digest; anything else changes nothing. */
(() => {
  'use strict';
  const { UNSENT, list, meta, remember, update } = Outbox;
  const MINUTE = 60000;
  const WHO = Math.random();
  const SENT = 'v kind submission_id meter_id value reading_date taken_at tz seq confirmed digest'.split(' ');
  const SINCE_2 = [...SENT, 'corrects', 'reason'];
  let running;

  /** force: the person or a good sign (visible, online) asks; only a wait the server asked for is kept. */
  async function drain({ force = false } = {}) {
    const { current_pid: owner, pending_sign_out: signedOut } = await Outbox.metas('current_pid', 'pending_sign_out');
    if (!owner || signedOut) return 'idle';
    if (navigator.locks) {
      const held = (lock) => (lock ? deliver(owner, force) : 'busy');
      return navigator.locks.request('outbox-drain', { ifAvailable: true }, held);
    }
    if (!await lease()) return 'busy';
    return deliver(owner, force).finally(() => remember({ lease: null }));
  }

  /** Where the engine has no locks: a row for 30 seconds. The ids keep it right, this keeps it quiet. */
  const lease = () => Outbox.run('meta', 'readwrite', async (tx) => {
    const store = tx.objectStore('meta');
    const { v } = await Outbox.result(store.get('lease')) ?? {};
    if (v && v.who !== WHO && v.until > Date.now()) return false;
    store.put({ k: 'lease', v: { who: WHO, until: Date.now() + MINUTE / 2 } });
    return true;
  });

  async function deliver(owner, force) {
    const left = await list(owner, UNSENT);
    // Whoever left these behind is gone: only the holder of the lock sends.
    await recover(left.filter((entry) => entry.state === 'sending'
      || (entry.state === 'blocked' && entry.last_error === 'upgrade' && entry.app_build !== Outbox.build())));
    const hold = await meta('hold');
    const wait = hold ? hold.until - Date.now() : 0;
    if (wait > 0 && wait < 11 * MINUTE && (hold.told || !force)) return 'held';
    const undecided = left.filter((entry) => entry.state === 'sent').map((entry) => entry.submission_id);
    for (let n = 0; n < undecided.length; n += 200) {
      const stop = await ask(owner, '/status', { ids: undecided.slice(n, n + 200) }, undecided.slice(n, n + 200));
      if (stop) return stop;
    }
    for (let size = 50, tried = new Set(); ;) {
      const batch = await due(owner, size, tried, force);
      if (!batch.length) return 'done';
      batch.forEach((entry) => tried.add(entry.submission_id));
      const stop = await send(owner, batch);
      if (stop === 'too_large' && batch.length > 1) {
        size = Math.ceil(batch.length / 2);
        batch.forEach((entry) => tried.delete(entry.submission_id));
      } else if (stop) return stop;
      if (!navigator.locks) await lease();
    }
  }

  const ids = (entries) => entries.map((entry) => entry.submission_id);
  const recover = (entries) => entries.length && update(ids(entries), { state: 'queued' }, 'recovered');

  /** What may go now. What has been corrected meanwhile does not; a meter's later reading never passes its earlier one,
      nor a correction its original. */
  async function due(owner, size, tried, force) {
    const corrected = (await list(owner, UNSENT)).map((entry) => entry.corrects);
    const old = (await list(owner, ['queued'])).filter((entry) => corrected.includes(entry.submission_id));
    if (old.length) await update(ids(old), { state: 'replaced' }, 'corrected');
    const waiting = await list(owner, UNSENT);
    const open = new Set(ids(waiting));
    const closed = new Set();
    return waiting.filter((entry) => {
      const goes = entry.state === 'queued' && !tried.has(entry.submission_id) && !closed.has(entry.meter_id)
        && (force || entry.next_try_at <= Date.now()) && !open.has(entry.corrects);
      if (!goes && entry.state === 'queued') closed.add(entry.meter_id);
      return goes;
    }).slice(0, size);
  }

  async function send(owner, batch) {
    const tried = (entry) => ({ state: 'sending', attempts: entry.attempts + 1, last_try_at: Date.now() });
    await update(ids(batch), tried, 'sending');
    const readings = batch.map((entry) => Object.fromEntries(
      (entry.v > 1 ? SINCE_2 : SENT).map((name) => [name, entry[name] ?? null])));
    const device = { device_id: batch[0].device_id, sent_at: new Date().toISOString() };
    const stop = await ask(owner, '', { ...device, readings }, ids(batch));
    // Not answered for: back in the queue, to be sent again under the same id.
    await update(ids(batch), (entry) => entry.state === 'sending' && {
      state: 'queued', last_error: stop ?? 'no_answer',
      next_try_at: stop ? 0 : Date.now() + backoff(entry.attempts, 5 * MINUTE),
    }, 'not answered');
    return stop;
  }

  /** Full jitter: devices that lost the same server do not come back together. */
  const backoff = (tries, cap) => Math.max(500, Math.random() * Math.min(cap, 1000 * 2 ** Math.min(tries, 20)));

  /** Posts, and applies a typed answer. Returns why the queue has to stop, or nothing. */
  async function ask(owner, path, body, asked) {
    const control = running = new AbortController();
    const timer = setTimeout(() => control.abort(), 20000);
    const began = Date.now();
    try {
      const { unsent } = await Outbox.counts(owner);
      const response = await fetch(`/api/v1/readings${path}`, {
        method: 'POST', body: JSON.stringify({ protocol: 1, ...body }), signal: control.signal,
        redirect: 'error', cache: 'no-store', credentials: 'same-origin',
        headers: {
          'Content-Type': 'application/json', 'X-Client-Protocol': '1', 'X-Client-Build': Outbox.build() ?? '',
          'X-Partition': owner, 'X-Outbox-Depth': String(unsent),
        },
      });
      const typed = /^application\/json\b/.test(response.headers.get('Content-Type') ?? '');
      const answer = typed && await response.json().catch(() => null) || {};
      if (response.status === 200 && answer.protocol === 1 && Array.isArray(answer.results)) {
        await accept(answer, asked, began);
        return undefined;
      }
      return await refused(response, answer, owner, asked);
    } catch (error) {
      if (error.name === 'DataCloneError' || error.name === 'InvalidStateError') throw error;
      return hold('offline', self.document?.visibilityState === 'visible' ? 6000 : 5 * MINUTE);
    } finally {
      clearTimeout(timer);
    }
  }

  async function accept(answer, asked, began) {
    const results = new Map(answer.results.map((one) => [one?.submission_id, one]));
    const clock_ms = Date.parse(answer.received_at) - (began + Date.now()) / 2;
    await remember({ hold: null, fails: 0, last_ok: Date.now(), ...(clock_ms ? { clock_ms } : {}) });
    await update(asked, (entry) => {
      const one = results.get(entry.submission_id);
      if (one?.outcome === 'unknown' && entry.state === 'sent') return { state: 'queued' };
      if (!one || (one.digest !== entry.digest && one.outcome !== 'owner_mismatch')) return null;
      const { submission_id, digest, outcome, ...server } = one;
      return {
        accepted: { state: 'accepted', server }, rejected: { state: 'rejected', server }, received: { state: 'sent' },
        key_reused: { state: 'blocked', last_error: 'key_reused' },
        owner_mismatch: { state: 'queued', last_error: 'owner_mismatch', next_try_at: Date.now() + 10 * MINUTE },
      }[outcome];
    }, 'answered');
    // What stood before gives way only now.
    const done = (await Promise.all(asked.map(Outbox.get))).filter((entry) => entry?.state === 'accepted');
    const corrected = done.map((entry) => entry.corrects).filter(Boolean);
    if (corrected.length) await update(corrected, { state: 'replaced' }, 'corrected');
  }

  async function refused({ status, headers }, { code }, owner, asked) {
    if (status === 401) {
      await update(ids(await list(owner, ['queued', 'sending'])), { state: 'needs_login' }, '401');
      if (code === 'signed_out') await Outbox.wipe(owner);
      return 'needs_login';
    }
    if (status === 413) {
      if (asked.length === 1) await update(asked, { state: 'blocked', last_error: 'too_large' }, '413');
      return 'too_large';
    }
    if (status === 426) {
      await update(asked, { state: 'blocked', last_error: 'upgrade', app_build: Outbox.build() }, '426');
      return 'upgrade';
    }
    const after = headers.get('Retry-After');
    const wait = after && (/^\d+$/.test(after) ? after * 1000 : Date.parse(after) - Date.now());
    if (wait > 0) {
      await remember({ hold: { until: Date.now() + Math.min(wait, 10 * MINUTE), told: true } });
      return 'told_to_wait';
    }
    return hold('trouble', 5 * MINUTE);
  }

  async function hold(why, cap) {
    const fails = (await meta('fails') ?? 0) + 1;
    await remember({ fails, hold: { until: Date.now() + backoff(fails, cap), told: false } });
    return why;
  }

  /** After signing in, what waited for it goes on under its old ids. */
  const resume = async (owner) => {
    const waiting = ids(await list(owner, ['needs_login']));
    if (waiting.length) await update(waiting, { state: 'queued' }, 'signed in');
  };

  Object.assign(Outbox, { drain, resume, stop: () => running?.abort() });
})();

// Delivers what was done: one tab at a time, at most 50 entries a request, then the photos one by one.
// Only an answer that names the id and repeats the digest counts; anything else changes nothing.
import { ask, end, waiting } from './contact.js';
import { entries, meta, photo, photoIs, photosWaiting, release, remember, sha256, update } from './store.js';

const BATCH = 50;
const MINUTE = 60000;
const SENT = ['id', 'round_id', 'stop_id', 'kind', 'meter_id', 'value', 'read_on', 'taken_at', 'reason', 'words',
  'position', 'has_photo', 'card_left', 'digest'];
let running;

/** `force`: the person or a good sign asks; only a wait that the server asked for is kept. */
export function drain({ force = false } = {}) {
  if (navigator.locks) {
    const held = (lock) => (lock ? deliver(force) : 'busy');
    return navigator.locks.request('field-drain', { ifAvailable: true }, held);
  }
  // Without locks the ids keep it right; this keeps one page from sending twice at once.
  if (running) return Promise.resolve('busy');
  running = deliver(force).finally(() => { running = null; });
  return running;
}

async function deliver(force) {
  if (await meta('ended')) return 'ended';
  await update('entries', ids(await entries(['sending'])), { state: 'queued' });
  const hold = await meta('hold');
  const wait = hold ? hold.until - Date.now() : 0;
  if (wait > 0 && wait < 11 * MINUTE && (hold.told || !force)) return 'held';
  const owners = new Set((await entries(['queued'])).map((entry) => entry.owner));
  const failed = await meta('fails');
  for (const owner of owners) {
    const stop = (failed && await attempt(() => knock(owner))) || await deliverOf(owner, force);
    if (stop) return stop;
  }
  return await deliverPhotos() ?? 'done';
}

/** After a failure one small question first: hundreds of rows are not turned over for a network that is not there. */
async function knock(owner) {
  const said = await ask('contact', { owner });
  if (said.status !== 200) return refused(said, []);
  if (!said.answer.ended) return undefined;
  await end();
  return 'ended';
}

async function deliverOf(owner, force) {
  const tried = new Set();
  for (let size = BATCH; ;) {
    const batch = (await due(owner, tried, force)).slice(0, size);
    if (!batch.length) return undefined;
    batch.forEach((entry) => tried.add(entry.id));
    const stop = await send(owner, batch);
    if (stop === 'too_large' && batch.length > 1) {
      size = Math.ceil(batch.length / 2);
      batch.forEach((entry) => tried.delete(entry.id));
    } else if (stop) return stop;
  }
}

const ids = (rows) => rows.map((row) => row.id);

/** In their order; what follows at the same door never passes what came before. */
async function due(owner, tried, force) {
  const closed = new Set();
  return (await entries(['queued'])).filter((entry) => {
    if (entry.owner !== owner) return false;
    const goes = !tried.has(entry.id) && !closed.has(entry.stop_id) && (force || entry.next_try_at <= Date.now());
    if (!goes) closed.add(entry.stop_id);
    return goes;
  });
}

async function send(owner, batch) {
  await update('entries', ids(batch), (entry) => ({ state: 'sending', attempts: entry.attempts + 1 }));
  const shown = (entry) => Object.fromEntries(SENT.filter((name) => entry[name] !== undefined && entry[name] !== null)
    .map((name) => [name, entry[name]]));
  const stop = await attempt(async () => {
    const told = { sent_at: new Date().toISOString(), unsent: await waiting(), visits: batch.map(shown) };
    const said = await ask('visits', { owner, method: 'POST', body: JSON.stringify(told), type: 'application/json' });
    if (said.status !== 200 || !Array.isArray(said.answer.results)) return refused(said, batch);
    await remember({ hold: null, fails: 0, needs_sign_in: false });
    await accept(said.answer.results, batch);
    return undefined;
  });
  // Not answered for: back in the queue, to be sent again under the same id.
  await update('entries', ids(batch), (entry) => entry.state === 'sending' && {
    state: 'queued', last_error: stop ?? 'no_answer',
    next_try_at: stop ? 0 : Date.now() + backoff(entry.attempts, 5 * MINUTE),
  });
  return stop;
}

async function accept(results, batch) {
  const known = new Map(results.map((one) => [one?.id, one]));
  await release(ids(batch.filter((entry) => entry.photo === 'queued' && known.get(entry.id)?.outcome === 'accepted')));
  await update('entries', ids(batch), (entry) => {
    const one = known.get(entry.id);
    if (one?.digest !== entry.digest) return null;
    const { id, digest, outcome, ...server } = one;
    return {
      accepted: { state: 'accepted', server }, rejected: { state: 'rejected', server },
      key_reused: { state: 'blocked', last_error: 'key_reused' },
      owner_mismatch: { state: 'blocked', last_error: 'owner_mismatch' },
    }[outcome];
  });
}

/** Why the queue has to stop, or nothing. */
async function refused({ status, headers }, batch) {
  if (status === 410) {
    await end();
    return 'ended';
  }
  if (status === 401) {
    await remember({ needs_sign_in: true });
    return 'sign_in';
  }
  if (status === 413) {
    if (batch.length === 1) await update('entries', ids(batch), { state: 'blocked', last_error: 'too_large' });
    return 'too_large';
  }
  const after = headers.get('Retry-After');
  const wait = after && (/^\d+$/.test(after) ? after * 1000 : Date.parse(after) - Date.now());
  if (wait > 0) {
    await remember({ hold: { until: Date.now() + Math.min(wait, 10 * MINUTE), told: true } });
    return 'told_to_wait';
  }
  return holdOn('trouble', 5 * MINUTE);
}

const attempt = (work) => work().catch((error) => {
  if (error.name === 'DataCloneError' || error.name === 'InvalidStateError') throw error;
  return holdOn('offline', document.visibilityState === 'visible' ? 6000 : 5 * MINUTE);
});

async function holdOn(why, cap) {
  const fails = (await meta('fails') ?? 0) + 1;
  await remember({ fails, hold: { until: Date.now() + backoff(fails, cap), told: false } });
  return why;
}

/** Full jitter: phones that lost the same server do not come back together. */
const backoff = (tries, cap) => Math.max(500, Math.random() * Math.min(cap, 1000 * 2 ** Math.min(tries, 20)));

/** After the values; a photo whose visit has not arrived waits for it. */
async function deliverPhotos() {
  const had = new Set(ids(await entries(['accepted'])));
  for (const id of await photosWaiting()) {
    const row = await photo(id);
    if (!row || !had.has(row.visit_id)) continue;
    const stop = await attempt(() => sendPhoto(row));
    if (stop) return stop;
  }
  return undefined;
}

async function sendPhoto({ id, visit_id: visit, owner, bytes }) {
  const said = await ask(`photos/${id}`, {
    owner, method: 'POST', body: bytes, type: 'image/jpeg', headers: { 'X-Visit': visit },
  });
  const { outcome, sha256: told, id: named } = said.answer;
  if (named !== id || told !== await sha256(bytes)) return refused(said, []);
  if (said.status === 200) await photoIs(id, 'accepted');
  else if (outcome !== 'not_yet') await photoIs(id, 'refused');
  return undefined;
}

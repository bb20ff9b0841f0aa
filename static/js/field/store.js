// What the inspector's phone keeps: sealed rounds, and what was done at the doors until the server proves to have it.

const NAME = 'blakyt-field';
const STORES = ['rounds', 'entries', 'photos', 'meta'];
/** Not yet decided by the server; `sealed` waits for nobody but the person. */
export const UNSENT = ['queued', 'sending', 'blocked', 'sealed'];
const FINAL = ['accepted', 'rejected', 'replaced'];
const KYIV = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Kyiv', year: 'numeric', month: '2-digit', day: '2-digit' });
export const channel = new BroadcastChannel('field');
export const works = Boolean(self.indexedDB && self.crypto?.subtle);
let handle;

/** 2026-11-03 by its parts: no locale writes it so in every engine. */
export function today(moment = new Date()) {
  const part = Object.fromEntries(KYIV.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}`;
}

export const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const under = (...key) => IDBKeyRange.bound(key, [...key, []]);

/** Additive for ever. */
function upgrade(db, from) {
  if (from >= 1) return;
  db.createObjectStore('rounds', { keyPath: 'id' });
  const entries = db.createObjectStore('entries', { keyPath: 'id' });
  entries.createIndex('by_state', ['state', 'seq']);
  entries.createIndex('by_stop', 'stop_id');
  const photos = db.createObjectStore('photos', { keyPath: 'id' });
  photos.createIndex('by_state', ['state', 'seq']);
  photos.createIndex('by_visit', 'visit_id');
  db.createObjectStore('meta', { keyPath: 'k' });
}

const open = () => (handle ??= new Promise((resolve, reject) => {
  const request = indexedDB.open(NAME, 1);
  // Safari has been seen to answer nothing at all: the screen must not wait for ever.
  setTimeout(reject, 4000, new DOMException('no answer', 'TimeoutError'));
  request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const db = request.result;
    db.onclose = () => { handle = null; };
    db.onversionchange = () => { db.close(); handle = null; };
    resolve(db);
  };
}));

/** One transaction; resolves only when it is on the disk. A broken connection gets a second try. */
export async function run(stores, mode, work, durability = 'strict') {
  for (let again = true; ; again = false) {
    try {
      const db = await open();
      return await new Promise((resolve, reject) => {
        const tx = db.transaction(stores, mode, { durability });
        let answer;
        tx.oncomplete = () => resolve(answer);
        tx.onabort = () => reject(tx.error ?? new DOMException('aborted', 'AbortError'));
        work(tx).then((value) => { answer = value; }, (error) => {
          reject(error);
          try { tx.abort(); } catch { /* It is over already. */ }
        });
      });
    } catch (error) {
      handle = null;
      if (!again || !self.indexedDB) throw error;
    }
  }
}

/** Every tab repaints. */
export function changed() {
  channel.postMessage('changed');
  dispatchEvent(new Event('field'));
}

/** When the next frame stands on the screen, or would: a hidden page draws none. */
export const painted = () => new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, document.visibilityState === 'visible' ? 300 : 0);
});

/** Several at once, in one transaction. */
export const metas = (names) => run('meta', 'readonly', async (tx) => {
  const rows = await Promise.all(names.map((k) => result(tx.objectStore('meta').get(k))));
  return Object.fromEntries(names.map((k, n) => [k, rows[n]?.v]));
});
export const meta = (k) => run('meta', 'readonly', async (tx) => (await result(tx.objectStore('meta').get(k)))?.v);
export const remember = (values) => run('meta', 'readwrite', async (tx) => {
  for (const [k, v] of Object.entries(values)) tx.objectStore('meta').put({ k, v });
});

/** What is being typed: worth a try, not worth waiting for the disk. */
export const draft = (v) => run('meta', 'readwrite', async (tx) => { tx.objectStore('meta').put({ k: 'draft', v }); }, 'relaxed');

/** UUIDv7. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const now = Date.now();
  view.setUint32(0, Math.floor(now / 65536));
  view.setUint16(4, now % 65536);
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const sha256 = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** What the server must repeat; the same as rules/visits.py, tests/cases/visits.json runs in both. */
export const digest = (entry) => sha256(new TextEncoder().encode([
  entry.id, entry.stop_id, entry.kind, entry.meter_id ?? '', entry.value ?? '', entry.read_on ?? '',
  entry.taken_at, entry.reason ?? '',
].join('\n')));

/** This device's name: minted once, and known from then on. */
let named;
export const device = () => (named ??= run('meta', 'readwrite', async (tx) => {
  const store = tx.objectStore('meta');
  const known = await result(store.get('device_id'));
  if (known) return known.v;
  const made = uuid();
  store.put({ k: 'device_id', v: made });
  return made;
}).catch((error) => { named = undefined; throw error; }));

/** Two entries that say the same about the same thing on the same day are one. */
const SAME = ['owner', 'stop_id', 'kind', 'meter_id', 'value', 'read_on', 'reason', 'words'];
const alike = (one, other) => SAME.every((name) => (one[name] ?? '') === (other[name] ?? ''));

/** Stores what was done at a door before anything is sent; `corrects` is an entry that gives way to this one. */
export async function enqueue(typed, photo = null) {
  const now = new Date();
  const entry = {
    ...typed, id: uuid(), v: 1, read_on: today(now), taken_at: now.toISOString(), has_photo: Boolean(photo),
    photo: photo ? 'queued' : null, state: 'queued', attempts: 0, next_try_at: 0,
  };
  entry.digest = await digest(entry);
  const bytes = photo && await photo.arrayBuffer();
  const saved = await run(['entries', 'photos', 'meta'], 'readwrite', async (tx) => {
    const store = tx.objectStore('entries');
    const notes = tx.objectStore('meta');
    const [before, seq] = await Promise.all([store.index('by_stop').getAll(entry.stop_id), notes.get('seq')].map(result));
    const same = !photo && before.find((one) => one.state === 'queued' && alike(one, entry));
    if (same) return { entry: same, repeated: true };
    entry.seq = (seq?.v ?? 0) + 1;
    notes.put({ k: 'seq', v: entry.seq });
    store.add(entry);
    if (bytes) {
      const kept = { id: uuid(), visit_id: entry.id, owner: entry.owner, seq: entry.seq };
      tx.objectStore('photos').add({ ...kept, bytes, state: 'held' });
    }
    const old = before.find((one) => one.id === typed.corrects);
    // What may have left already is decided by the server; what has not gives way here.
    if (old && ['queued', 'blocked', 'rejected'].includes(old.state)) {
      store.put({ ...old, state: 'replaced' });
      if (!old.attempts) await dropPhotos(tx, old.id);
    }
    tx.commit?.();
    return { entry };
  });
  painted().then(changed); // the words on this screen first
  return saved;
}

async function dropPhotos(tx, visit) {
  const store = tx.objectStore('photos');
  for (const id of await result(store.index('by_visit').getAllKeys(visit))) store.delete(id);
}

/** `change` is fields, or a function of the row; an answer for good never turns back. */
export async function update(name, ids, change) {
  if (!ids.length) return;
  await run(name, 'readwrite', async (tx) => {
    const store = tx.objectStore(name);
    for (const id of ids) {
      const row = await result(store.get(id));
      const fields = row && (typeof change === 'function' ? change(row) : change);
      if (!fields || (FINAL.includes(row.state) && !FINAL.includes(fields.state))) continue;
      store.put({ ...row, ...fields });
    }
  });
  changed();
}

/** In the order they were made; only the states asked for. */
export const entries = (states) => run('entries', 'readonly', async (tx) => {
  const index = tx.objectStore('entries').index('by_state');
  const ranges = states ? states.map((state) => under(state)) : [undefined];
  const found = await Promise.all(ranges.map((range) => result(index.getAll(range))));
  return found.flat().sort((a, b) => a.seq - b.seq);
});

/** Ids of photos that wait, `held` ones for their visit to arrive; one of them with its bytes. */
export const photosWaiting = () => run('photos', 'readonly', async (tx) => {
  const index = tx.objectStore('photos').index('by_state');
  return (await Promise.all(['queued', 'held'].map((state) => result(index.getAllKeys(under(state)))))).flat();
});
export const photo = (id) => run('photos', 'readonly', (tx) => result(tx.objectStore('photos').get(id)));

/** Their visits have arrived: from now on each counts as a thing that waits. */
export const release = (visits) => run('photos', 'readwrite', async (tx) => {
  const store = tx.objectStore('photos');
  for (const visit of visits) {
    const rows = await result(store.index('by_visit').getAll(visit));
    rows.filter((row) => row.state === 'held').forEach((row) => store.put({ ...row, state: 'queued' }));
  }
});

/** The server has it, or will not have it: the bytes go in the first case alone. */
export const photoIs = (id, state) => run(['entries', 'photos'], 'readwrite', async (tx) => {
  const [kept, done] = [tx.objectStore('photos'), tx.objectStore('entries')];
  const row = await result(kept.get(id));
  if (!row) return;
  if (state === 'accepted') kept.delete(id);
  else kept.put({ ...row, state });
  const entry = await result(done.get(row.visit_id));
  if (entry) done.put({ ...entry, photo: state });
}).then(changed);

/** {unsent, sealed, rejected, photos, oldest}: numbers alone, and when the oldest was made. */
export const counts = () => run(['entries', 'photos'], 'readonly', async (tx) => {
  const index = tx.objectStore('entries').index('by_state');
  const number = (store, state) => result(store.index('by_state').count(under(state)));
  const waiting = await Promise.all(UNSENT.map((state) => result(index.get(under(state)))));
  const made = waiting.filter(Boolean).map((entry) => Date.parse(entry.taken_at));
  const sums = await Promise.all(UNSENT.map((state) => result(index.count(under(state)))));
  return {
    unsent: sums.reduce((sum, one) => sum + one, 0), sealed: sums[UNSENT.indexOf('sealed')],
    rejected: await result(index.count(under('rejected'))), photos: await number(tx.objectStore('photos'), 'queued'),
    oldest: made.length ? Math.min(...made) : null,
  };
});

export const remove = (id) => run(['entries', 'photos'], 'readwrite', async (tx) => {
  tx.objectStore('entries').delete(id);
  await dropPhotos(tx, id);
}).then(changed);

export const rounds = () => run('rounds', 'readonly', (tx) => result(tx.objectStore('rounds').getAll()));
export const keepRounds = (rows) => run(['rounds'], 'readwrite', async (tx) => {
  tx.objectStore('rounds').clear();
  for (const row of rows) tx.objectStore('rounds').put(row);
});

/** Rounds go, and with them what the server has had of them; what is not sent stays. */
export const erase = (ids) => run(STORES, 'readwrite', async (tx) => {
  const [kept, done] = [tx.objectStore('rounds'), tx.objectStore('entries')];
  for (const id of ids ?? await result(kept.getAllKeys())) kept.delete(id);
  for (const entry of await result(done.getAll())) {
    const over = ['accepted', 'replaced'].includes(entry.state) && entry.photo !== 'queued';
    if (!over || (ids && !ids.includes(entry.round_id))) continue;
    done.delete(entry.id);
    await dropPhotos(tx, entry.id);
  }
  tx.objectStore('meta').delete('draft');
}).then(changed);

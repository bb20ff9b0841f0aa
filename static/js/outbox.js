/* The outbox: a reading lies here from the moment it is typed until the server has proved that it has it.
   A classic script, the same for pages and the worker; drain.js beside it delivers. */
(() => {
  'use strict';
  const DAY = 86400000;
  const UNSENT = ['queued', 'sending', 'sent', 'needs_login', 'blocked'];
  const OPEN = ['queued', 'needs_login', 'blocked', 'rejected'];
  const FINAL = ['accepted', 'rejected', 'replaced'];
  const DATE = { timeZone: 'Europe/Kyiv', year: 'numeric', month: '2-digit', day: '2-digit' };
  const KYIV = new Intl.DateTimeFormat('en', DATE);
  /** 2026-11-03 by its parts: no locale writes it so in every engine. */
  const today = (moment = new Date()) => {
    const part = Object.fromEntries(KYIV.formatToParts(moment).map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}`;
  };
  const channel = new BroadcastChannel('outbox');
  let handle;

  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const under = (...key) => IDBKeyRange.bound(key, [...key, []]);

  /** Additive for ever: a later version adds stores, and an older page goes on with those it knows. */
  function upgrade(db, from) {
    if (from < 2) {
      db.createObjectStore('photos', { keyPath: ['owner_pid', 'submission_id', 'photo_id'] });
      db.createObjectStore('bodies'); // of photos: whoever counts them does not load them
    }
    if (from >= 1) return;
    const outbox = db.createObjectStore('outbox', { keyPath: 'submission_id' });
    outbox.createIndex('by_state', ['owner_pid', 'state', 'seq']);
    outbox.createIndex('by_meter', ['owner_pid', 'meter_id', 'seq']);
    db.createObjectStore('drafts', { keyPath: ['owner_pid', 'form_key'] });
    db.createObjectStore('meters', { keyPath: ['owner_pid', 'id'] });
    db.createObjectStore('meta', { keyPath: 'k' });
    db.createObjectStore('log', { autoIncrement: true });
  }

  /** `version` is left out where another page has a newer one. */
  const open = (version = 2) => (handle ??= new Promise((resolve, reject) => {
    const request = version ? indexedDB.open('gas', version) : indexedDB.open('gas');
    // Safari has been seen to answer nothing at all: the form must not wait for ever.
    setTimeout(reject, 4000, new DOMException('no answer', 'TimeoutError'));
    request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
    request.onblocked = () => changed({ type: 'blocked' });
    request.onerror = () => {
      handle = null;
      if (request.error.name === 'VersionError') open(0).then(resolve, reject);
      else reject(request.error);
    };
    request.onsuccess = () => {
      const db = request.result;
      // iOS closes connections under memory pressure: the next deed opens a new one.
      db.onclose = () => { handle = null; };
      db.onversionchange = () => { db.close(); handle = null; };
      resolve(db);
    };
  }));

  /** A page that is left in the middle may be kept asleep with its lock, and hold up all others, the worker too
      (WebKit): what is not written by then is not; whoever comes back to the page gets its second try. */
  const going = new Set();
  const leave = () => going.forEach((tx) => { try { tx.abort(); } catch { /* It is over already. */ } });
  if (self.document) addEventListener('pagehide', leave);

  /** One transaction; resolves only when it is on the disk. A broken connection gets a second try. */
  async function run(stores, mode, work, durability = 'strict') {
    for (let again = true; ; again = false) {
      try {
        const db = await open();
        return await new Promise((resolve, reject) => {
          const tx = db.transaction(stores, mode, { durability });
          let answer;
          going.add(tx);
          const over = (settle, value) => { going.delete(tx); settle(value); };
          tx.oncomplete = () => over(resolve, answer);
          tx.onabort = () => over(reject, tx.error ?? new DOMException('aborted', 'AbortError'));
          work(tx).then((value) => { answer = value; }, (error) => {
            reject(error);
            try { tx.abort(); } catch { /* It is over already. */ }
          });
        });
      } catch (error) {
        handle = null;
        if (!again || !self.indexedDB) throw error;
        if (error.name === 'QuotaExceededError') await makeRoom();
      }
    }
  }

  /** Pages can be fetched again, a reading cannot be typed again. */
  const makeRoom = async () => Promise.all((await caches.keys())
    .filter((name) => name.startsWith('personal-')).map((name) => caches.delete(name)));

  const changed = (message = { type: 'outbox' }) => {
    channel.postMessage(message);
    if (self.document) dispatchEvent(new CustomEvent('outbox', { detail: message }));
  };

  /** When the next frame stands on the screen, or would: a hidden page draws none. */
  const painted = () => new Promise((resolve) => {
    self.requestAnimationFrame?.(() => setTimeout(resolve));
    setTimeout(resolve, self.document?.visibilityState === 'visible' ? 300 : 0);
  });

  /** What happened to an entry and why, ids alone; `note` keeps the last 500 lines. */
  const line = (tx, id, what, why) => tx.objectStore('log').add({ at: Date.now(), id, what, why });
  const note = async (tx, ...told) => {
    tx.objectStore('log').delete(IDBKeyRange.upperBound(await result(line(tx, ...told)) - 500));
  };

  /** Several at once, in one transaction. */
  const metas = (...names) => run('meta', 'readonly', async (tx) => {
    const store = tx.objectStore('meta');
    const rows = await Promise.all(names.map((k) => result(store.get(k))));
    return Object.fromEntries(names.map((k, n) => [k, rows[n]?.v]));
  });
  const meta = (k) => run('meta', 'readonly', async (tx) => (await result(tx.objectStore('meta').get(k)))?.v);
  const remember = (values) => run('meta', 'readwrite', async (tx) => {
    for (const [k, v] of Object.entries(values)) tx.objectStore('meta').put({ k, v });
  });

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const view = new DataView(bytes.buffer);
    const now = Date.now();
    view.setUint32(0, Math.floor(now / 65536));
    view.setUint16(4, now % 65536);
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const digest = async (entry) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(
    [
      ...['submission_id', 'meter_id', 'value', 'reading_date', 'taken_at'].map((name) => entry[name]),
      // Signed since v 2, where it is said: what older pages have stored keeps its digest.
      ...['corrects', 'reason'].filter((name) => entry.v > 1 && entry[name]).map((name) => `${name}=${entry[name]}`),
    ].join('\n')))));

  /** This device's name and the next place in the queue, in the transaction that needs them. */
  async function place(tx) {
    const store = tx.objectStore('meta');
    const [device, seq] = await Promise.all(['device_id', 'seq'].map((k) => result(store.get(k))));
    const next = { device_id: device?.v ?? uuid(), seq: (seq?.v ?? 0) + 1 };
    if (!device) store.put({ k: 'device_id', v: next.device_id });
    store.put({ k: 'seq', v: next.seq });
    return next;
  }

  /** Stores one reading before anything is sent. The same value of the same day is there already: `repeated`. */
  async function enqueue(owner, { meter_id, value, confirmed, corrects = null, reason = null }) {
    const now = new Date();
    const typed = {
      submission_id: uuid(), v: 2, owner_pid: owner, kind: 'meter_reading', meter_id, value, corrects, reason,
      reading_date: today(now), taken_at: now.toISOString(), tz: 'Europe/Kyiv', confirmed: Boolean(confirmed),
      clock: { wall_ms: now.getTime(), mono_ms: performance.now() },
    };
    typed.digest = await digest(typed);
    const saved = await run(['outbox', 'drafts', 'meta', 'log'], 'readwrite', async (tx) => {
      const store = tx.objectStore('outbox');
      const before = result(store.index('by_meter').getAll(under(owner, meter_id)));
      tx.objectStore('drafts').delete([owner, meter_id]);
      const [others, where] = await Promise.all([before, place(tx)]);
      const same = others.find((one) => one.value === value && one.reading_date === typed.reading_date
        && !['rejected', 'replaced', 'blocked'].includes(one.state));
      if (same) return { entry: same, repeated: true };
      const entry = { ...typed, ...where, state: 'queued', attempts: 0, next_try_at: 0, app_build: build() };
      store.add(entry);
      const old = others.find((one) => one.submission_id === corrects);
      // What is not on its way gives way to its correction; what is, is waited for.
      if (old && OPEN.includes(old.state)) store.put({ ...old, state: 'replaced' });
      line(tx, entry.submission_id, 'queued', corrects ? 'corrects' : 'typed');
      tx.commit?.(); // nothing more comes: whoever waits for the disk does not wait for the answers before it
      return { entry };
    });
    painted().then(() => changed()); // the words on this screen first, then counts, lists and other tabs
    return saved;
  }

  /** `change` is fields, or a function of the entry; an answer for good never turns back. */
  async function update(ids, change, why) {
    await run(['outbox', 'log'], 'readwrite', async (tx) => {
      const store = tx.objectStore('outbox');
      for (const id of ids) {
        const entry = await result(store.get(id));
        const fields = entry && (typeof change === 'function' ? change(entry) : change);
        if (!fields || (FINAL.includes(entry.state) && !FINAL.includes(fields.state))) continue;
        store.put({ ...entry, ...fields });
        await note(tx, id, fields.state, why);
      }
    });
    changed();
  }

  const get = (id) => run('outbox', 'readonly', (tx) => result(tx.objectStore('outbox').get(id)));
  /** Takes entries with their photos away, or (`alone`) the photos without them. */
  const remove = (ids, why, alone = false) => run(['outbox', 'photos', 'bodies', 'log'], 'readwrite', async (tx) => {
    const [store, photos] = [tx.objectStore('outbox'), tx.objectStore('photos')];
    for (const id of ids) {
      const owner = (await result(store.get(id)))?.owner_pid ?? '';
      for (const key of await result(photos.getAllKeys(under(owner, id)))) {
        photos.delete(key);
        tx.objectStore('bodies').delete(key[2]);
      }
      if (!alone) store.delete(id);
      await note(tx, id, alone ? 'photos removed' : 'removed', why);
    }
  }).then(() => changed());

  /** Entries of one owner, in the order they were typed; only the states asked for. */
  const list = (owner, states) => run('outbox', 'readonly', async (tx) => {
    const index = tx.objectStore('outbox').index('by_state');
    const ranges = states ? states.map((state) => under(owner, state)) : [under(owner)];
    const found = await Promise.all(ranges.map((range) => result(index.getAll(range))));
    return found.flat().sort((a, b) => a.seq - b.seq);
  });

  /** The last accepted ones, newest first. */
  const recent = (owner, count) => run('outbox', 'readonly', async (tx) => {
    const found = [];
    const request = tx.objectStore('outbox').index('by_state').openCursor(under(owner, 'accepted'), 'prev');
    for (let cursor = await result(request); cursor && found.length < count; cursor = await result(request)) {
      found.push(cursor.value);
      cursor.continue();
    }
    return found;
  });

  /** {unsent, rejected} of the owner, {others, people} of whoever else used this device: numbers alone. */
  const counts = (owner) => run('outbox', 'readonly', async (tx) => {
    const index = tx.objectStore('outbox').index('by_state');
    const sum = { unsent: 0, rejected: 0, others: 0 };
    const people = new Set();
    const request = index.openKeyCursor();
    for (let cursor = await result(request); cursor; cursor = await result(request)) {
      const [pid, state] = cursor.key;
      const number = await result(index.count(under(pid, state)));
      if (pid === owner && state === 'rejected') sum.rejected = number;
      if (UNSENT.includes(state)) {
        sum[pid === owner ? 'unsent' : 'others'] += number;
        if (pid !== owner) people.add(pid);
      }
      cursor.continue([pid, state, []]);
    }
    return { ...sum, people: people.size };
  });

  /** Only what the server has had for 90 days leaves by itself. */
  const prune = async (owner) => {
    const since = Date.now() - 90 * DAY;
    const old = (await list(owner, ['accepted', 'replaced'])).filter((one) => one.clock.wall_ms < since);
    if (old.length) await remove(old.map((one) => one.submission_id), 'old');
  };

  /** Forgets pages, meters and drafts of one person, or (`others`) of everybody else. Never the queue. */
  async function wipe(pid, others = false) {
    const goes = (owner) => (owner === pid) !== others;
    for (const name of self.caches ? await caches.keys() : []) {
      const owner = /^(?:personal|kept)-(.+?)(?:-v\d+)?$/.exec(name)?.[1];
      if (owner !== undefined && goes(owner)) await caches.delete(name);
    }
    await run(['meters', 'drafts'], 'readwrite', async (tx) => {
      for (const name of ['meters', 'drafts']) {
        const store = tx.objectStore(name);
        for (const key of await result(store.getAllKeys())) if (goes(key[0])) store.delete(key);
      }
    });
  }

  const owned = (store, owner) => run(store, 'readonly', (tx) => result(tx.objectStore(store).getAll(under(owner))));
  /** Whether photos wait to be sent. */
  const pictured = async (owner) => (await owned('photos', owner)).some(({ state }) => state === 'queued');
  /** Meters and drafts: worth keeping, not worth that a reading waits for the disk behind them. */
  const put = (store, rows) => run(store, 'readwrite', async (tx) => {
    for (const row of rows) tx.objectStore(store).put(row);
  }, 'relaxed');
  // The worker's BUILD, or the page's.
  const build = () => (typeof BUILD === 'undefined' ? document.documentElement.dataset.build : BUILD);

  self.Outbox ??= {
    UNSENT, OPEN, run, result, under, place, note, uuid, hex, meta, metas, remember, enqueue, update, get, remove, list, recent,
    counts, prune, wipe, owned, pictured, put,
    digest, changed, painted, channel, build, open, today,
  };
})();

// The catalogue's cases on one device: what is done, and what must be so after it. `lab` lies in device.js.
self.cases = {
  "8: what is not answered for stays, and goes the next time": [
    async () => {
      const [one, two] = await lab.typed(2);
      lab.server = (items) => lab.accepted(items.filter((item) => item.submission_id !== two.submission_id));
      await Outbox.drain({ force: true });
      const before = await lab.states();
      lab.server = lab.accepted;
      await Outbox.drain({ force: true });
      return [before, await lab.states()];
    },
    [["accepted", "queued"], ["accepted", "accepted"]],
  ],
  "13: a server that breaks is asked again under the same id": [
    async () => {
      const [one] = await lab.typed(1);
      const ids = [];
      lab.server = (items) => { ids.push(items[0].submission_id); return new Response('oops', { status: 500 }); };
      await Outbox.drain({ force: true });
      lab.server = (items) => { ids.push(items[0].submission_id); return lab.accepted(items); };
      await Outbox.drain({ force: true });
      return [new Set(ids).size, ids[0] === one.submission_id, await lab.states()];
    },
    [1, true, ["accepted"]],
  ],
  "21: a browser that thinks it is offline is not believed": [
    async () => {
      Object.defineProperty(navigator, 'onLine', { get: () => false, configurable: true });
      await lab.typed(1);
      await Outbox.drain({ force: true });
      delete navigator.onLine;
      return lab.states();
    },
    ["accepted"],
  ],
  "24: the same from two tabs is one, another value is another": [
    async () => {
      const same = { meter_id: lab.meter.id, value: '04152' };
      const saved = [await Outbox.enqueue(lab.pid, same), await Outbox.enqueue(lab.pid, same)];
      saved.push(await Outbox.enqueue(lab.pid, { ...same, value: '04153' }));
      return [saved.map(({ repeated }) => Boolean(repeated)), (await lab.states()).length];
    },
    [[false, true, false], 2],
  ],
  "33, 37: a page of somebody else's is no answer": [
    async () => {
      await lab.typed(1);
      lab.server = () => new Response('<h1>Wi-Fi</h1>', { status: 200, headers: { 'Content-Type': 'text/html' } });
      await Outbox.drain({ force: true });
      return lab.states();
    },
    ["queued"],
  ],
  "34: an answer that names another reading, or another content, is none": [
    async () => {
      await lab.typed(1);
      lab.server = (items) => lab.accepted(items.map((item) => ({ ...item, submission_id: crypto.randomUUID() })));
      await Outbox.drain({ force: true });
      lab.server = (items) => lab.accepted(items.map((item) => ({ ...item, digest: '0'.repeat(64) })));
      await Outbox.drain({ force: true });
      return lab.states();
    },
    ["queued"],
  ],
  "35: a server that hangs is left after twenty seconds, and the lock with it": [
    async () => {
      await lab.typed(1);
      const waits = lab.hurry();
      lab.server = (items, { signal }) => new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
      const outcome = await Outbox.drain({ force: true });
      lab.server = lab.accepted;
      const held = (await navigator.locks.query()).held.length;
      await Outbox.drain({ force: true });
      waits.done();
      return [outcome, waits.asked.includes(20000), held, await lab.states()];
    },
    ["offline", true, 0, ["accepted"]],
  ],
  "36: two minutes that the server asks for are kept, whoever presses": [
    async () => {
      await lab.typed(1);
      let asked = 0;
      lab.server = () => { asked += 1; return lab.json({}, 429, { 'Retry-After': '120' }); };
      const said = [await Outbox.drain({ force: true }), await Outbox.drain({ force: true })];
      const { until } = await Outbox.meta('hold');
      return [said, asked, Math.round((until - Date.now()) / 10000)];
    },
    [["told_to_wait", "held"], 1, 12],
  ],
  "45: whoever was signed out from elsewhere loses the pages and keeps the queue": [
    async () => {
      await lab.typed(2);
      await caches.open(`personal-${lab.pid}-v1`);
      lab.server = () => lab.json({ code: 'signed_out' }, 401);
      await Outbox.drain({ force: true });
      return [await caches.has(`personal-${lab.pid}-v1`), await lab.states()];
    },
    [false, ["needs_login", "needs_login"]],
  ],
  "38: after signing in they go under their old ids": [
    async () => {
      const typed = await lab.typed(5);
      lab.server = () => lab.json({ code: 'needs_login' }, 401);
      await Outbox.drain({ force: true });
      const ids = [];
      lab.server = (items) => { ids.push(...items.map((one) => one.submission_id)); return lab.accepted(items); };
      await Outbox.resume(lab.pid);
      await Outbox.drain({ force: true });
      return [typed.every((one) => ids.includes(one.submission_id)), ids.length, await lab.states()];
    },
    [true, 5, ["accepted", "accepted", "accepted", "accepted", "accepted"]],
  ],
  "53: what an older page has written down is sent as that page would have": [
    async () => {
      const [entry] = await lab.typed(1);
      const old = { ...entry, v: 1, corrects: crypto.randomUUID() };
      delete old.reason;
      const signed = ['submission_id', 'meter_id', 'value', 'reading_date', 'taken_at'].map((part) => old[part]);
      old.digest = await lab.sha256(signed.join('\n'));
      await Outbox.put('outbox', [old]);
      let sent;
      lab.server = (items) => { [sent] = items; return lab.accepted(items); };
      await Outbox.drain({ force: true });
      return ['corrects' in sent, sent.digest === await Outbox.digest(old), await lab.states()];
    },
    [false, true, ["accepted"]],
  ],
  "59: what is not on the disk is not called saved": [
    async () => {
      const add = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function (...args) {
        if (this.name === 'outbox') this.transaction.abort();
        return add.apply(this, args);
      };
      const reading = { meter_id: lab.meter.id, value: '04152' };
      const said = await Outbox.enqueue(lab.pid, reading).then(() => 'saved', () => 'not');
      IDBObjectStore.prototype.add = add;
      return [said, await lab.states()];
    },
    ["not", []],
  ],
  "60: a connection that the system has closed is opened again": [
    async () => {
      (await Outbox.open()).close();
      await lab.typed(1);
      return lab.states();
    },
    ["queued"],
  ],
  "66, 67: with whatever clock, the order is that of typing": [
    async () => {
      const real = Date.now;
      const values = [];
      for (const shift of [0, -63072000000, 86400000, -3600000]) {
        Date.now = () => real() + shift;
        values.push(...(await lab.typed(1)).map((one) => one.value));
      }
      Date.now = real;
      return (await Outbox.list(lab.pid)).map((one) => one.value).join() === values.join();
    },
    true,
  ],
  "73: a correction is a new reading, and what stood before gives way when it is accepted": [
    async () => {
      const [first] = await lab.typed(1);
      await Outbox.drain({ force: true });
      const { entry } = await Outbox.enqueue(
        lab.pid, { meter_id: lab.meter.id, value: '04200', corrects: first.submission_id, reason: 'drums' });
      const before = await lab.states();
      let sent;
      lab.server = (items) => { [sent] = items; return lab.accepted(items); };
      await Outbox.drain({ force: true });
      return [before, await lab.states(), sent.corrects === first.submission_id, sent.reason,
          entry.submission_id !== first.submission_id, sent.digest === await Outbox.digest(entry)];
    },
    [["accepted", "queued"], ["replaced", "accepted"], true, "drums", true, true],
  ],
  "73: what waits for its correction does not go any more": [
    async () => {
      const [first] = await lab.typed(1);
      await Outbox.enqueue(lab.pid, { meter_id: lab.meter.id, value: '04200', corrects: first.submission_id });
      const values = [];
      lab.server = (items) => { values.push(...items.map((one) => one.value)); return lab.accepted(items); };
      await Outbox.drain({ force: true });
      return [values, await lab.states()];
    },
    [["04200"], ["replaced", "accepted"]],
  ],
  "64: a photo that fails costs its reading nothing, and goes later under its own id": [
    async () => {
      await lab.module('photo-queue');
      const [entry] = await lab.typed(1);
      await Outbox.photos.keep(lab.pid, entry.submission_id, new Blob(['a meter'], { type: 'image/jpeg' }));
      const ids = [];
      await Outbox.photos.send(lab.pid);
      lab.photo = (id) => { ids.push(id); return new Response('', { status: 502 }); };
      await Outbox.drain({ force: true });
      await Outbox.photos.send(lab.pid, true);
      const between = [await lab.states(), await Outbox.pictured(lab.pid)];
      lab.photo = (id, sha256, reading) => {
        ids.push(id);
        return lab.json({ id, sha256, outcome: reading === entry.submission_id ? 'accepted' : 'wrong' });
      };
      await Outbox.photos.send(lab.pid, true);
      return [...between, ids.length, new Set(ids).size, await Outbox.pictured(lab.pid), await lab.bodies()];
    },
    [["accepted"], true, 2, 1, false, 0],
  ],
  "64: only an answer with the photo's own hash takes it off the device; a refusal keeps it": [
    async () => {
      await lab.module('photo-queue');
      const [entry] = await lab.typed(1);
      await Outbox.drain({ force: true });
      await Outbox.photos.keep(lab.pid, entry.submission_id, new Blob(['a meter']));
      lab.photo = (id) => lab.json({ id, sha256: '0', outcome: 'accepted' });
      await Outbox.photos.send(lab.pid, true);
      const kept = await Outbox.pictured(lab.pid);
      lab.photo = (id, sha256) => lab.json({ id, sha256, outcome: 'rejected', reason: 'not_a_photo' }, 422);
      await Outbox.photos.send(lab.pid, true);
      const [{ state, reason }] = await Outbox.owned('photos', lab.pid);
      const bodies = await lab.bodies();
      await Outbox.remove([entry.submission_id], 'person', true);
      return [kept, state, reason, bodies, await lab.bodies(), await lab.states()];
    },
    [true, "refused", "not_a_photo", 1, 0, ["accepted"]],
  ],
  "64: the photo of a reading that was corrected before it left goes with the correction": [
    async () => {
      await lab.module('photo-queue');
      const [first] = await lab.typed(1);
      await Outbox.photos.keep(lab.pid, first.submission_id, new Blob(['a meter']));
      const { entry } = await Outbox.enqueue(
        lab.pid, { meter_id: lab.meter.id, value: '04200', corrects: first.submission_id });
      let of;
      lab.photo = (id, sha256, reading) => { of = reading; return lab.json({ id, sha256, outcome: 'accepted' }); };
      await Outbox.photos.send(lab.pid, true);
      const early = of;
      await Outbox.drain({ force: true });
      await Outbox.photos.send(lab.pid, true);
      return [early === undefined, of === entry.submission_id, await Outbox.pictured(lab.pid)];
    },
    [true, true, false],
  ],
  "64: eight megabytes become at most 400 kB of at most 1600 px": [
    async () => {
      const { shrink } = await lab.module('photo');
      const file = await lab.noise(2600, 1700);
      const small = await shrink(file);
      const { width, height } = await createImageBitmap(small);
      const odd = new Blob(['no picture'], { type: 'image/jpeg' });
      return [file.size > 8e6, small.size <= 400000, small.type, Math.max(width, height) <= 1600,
          await shrink(odd) === odd];
    },
    [true, true, "image/jpeg", true, true],
  ],
  "65: a file of the queue is taken in once, under the same ids, with its photos; another's is not": [
    async () => {
      await lab.module('photo-queue');
      const [one, two] = await lab.typed(2);
      await Outbox.photos.keep(lab.pid, one.submission_id, new Blob(['a meter']));
      const { download, read } = await lab.module('outbox-file');
      lab.server = lab.offline;
      const text = await lab.downloaded(download);
      const file = () => new File([text], 'blakyt-2.json');
      await lab.empty(lab.pid, lab.meter);
      lab.server = lab.offline;
      const said = [await read(file()), await read(file())];
      const ids = (await Outbox.list(lab.pid)).map((entry) => entry.submission_id);
      const changed = await read(new File([text.replace(one.value, '04999')], 'x.json'));
      await Outbox.remember({ current_pid: crypto.randomUUID() });
      return [said.map((words) => words.match(/[0-9]+/)[0]), ids.join() === `${one.submission_id},${two.submission_id}`,
          await Outbox.pictured(lab.pid), await lab.bodies(), changed];
    },
    [["2", "0"], true, true, 1, "Це не файл Ваших показань."],
  ],
  "63: pruning takes only what was accepted more than ninety days ago": [
    async () => {
      lab.server = lab.offline;
      await lab.many(2000, 'accepted', 91);
      await lab.many(10, 'accepted', 89);
      await lab.many(300, 'queued', 400);
      await Outbox.prune(lab.pid);
      const left = await lab.states();
      return [left.filter((one) => one === 'accepted').length, left.filter((one) => one !== 'accepted').length];
    },
    [10, 300],
  ],
};

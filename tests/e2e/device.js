// What the tests of the device play with: the server's answers, a device that can be emptied, many entries at once.
(() => {
  const real = self.fetch.bind(self);
  const json = (body, status = 200, headers = {}) => new Response(
    JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
  const offline = () => { throw new TypeError('offline'); };
  const accepted = (items) => json({
    protocol: 1, received_at: new Date().toISOString(),
    results: items.map(({ submission_id, digest, value }) => ({
      submission_id, digest, outcome: 'accepted', number: 1, value: Number(value), month: '2026-10-01', late: false,
      doubts: [],
    })),
  });
  const bytes = (body) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);
  const sha256 = async (body) => Array.from(
    new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(body))), (byte) => byte.toString(16).padStart(2, '0')).join('');

  self.fetch = async (address, options = {}) => {
    const { pathname } = new URL(address.url ?? address, location.href);
    if (pathname.startsWith('/api/v1/readings/photos/')) {
      const id = pathname.split('/').at(-1);
      return lab.photo(id, await sha256(options.body), options.headers['X-Reading']);
    }
    if (pathname.startsWith('/api/')) return lab.server(JSON.parse(options.body).readings ?? [], options);
    if (pathname === '/sign-out' || pathname === '/healthz') return offline();
    return real(address, options);
  };
  Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });

  let count = 0;
  self.lab = {
    json, offline, accepted, sha256, server: offline, photo: offline,
    module: (name) => import(document.querySelector('script[src*="/js/main.js"]').src.replace('main.js', `${name}.js`)),
    states: async () => (await Outbox.list(lab.pid)).map(({ state }) => state),
    bodies: () => Outbox.run('bodies', 'readonly', (tx) => Outbox.result(tx.objectStore('bodies').count())),

    async empty(pid, meter) {
      Object.assign(lab, { pid, meter, server: accepted, photo: offline });
      document.cookie = 'ob=; Path=/; Max-Age=0';
      const { objectStoreNames } = await Outbox.open();
      const names = Array.from(objectStoreNames);
      await Outbox.run(names, 'readwrite', async (tx) => names.forEach((name) => tx.objectStore(name).clear()));
      await Outbox.remember({ current_pid: pid });
      await Outbox.put('meters', [meter]);
    },

    /** Readings of as many meters, each written down as a page does it. */
    async typed(many) {
      const entries = [];
      for (let n = 0; n < many; n += 1) {
        count += 1;
        const meter_id = many === 1 ? lab.meter.id : crypto.randomUUID();
        const reading = { meter_id, value: String(4152 + count).padStart(5, '0') };
        entries.push((await Outbox.enqueue(lab.pid, reading)).entry);
      }
      return entries;
    },

    many: (number, state, days) => Outbox.run(['outbox', 'meta'], 'readwrite', async (tx) => {
      const place = await Outbox.place(tx);
      const at = Date.now() - days * 86400000 - 60000;
      for (let n = 0; n < number; n += 1) {
        tx.objectStore('outbox').add({
          ...place, seq: place.seq + n, submission_id: Outbox.uuid(), v: 2, owner_pid: lab.pid, kind: 'meter_reading',
          meter_id: lab.meter.id, value: '04152', reading_date: '2026-11-03', taken_at: new Date(at).toISOString(),
          corrects: null, reason: null, clock: { wall_ms: at }, digest: '0', state, attempts: 1,
          next_try_at: 0, last_try_at: at,
          server: state === 'accepted' ? { number: 1, month: '2026-10-01' } : undefined,
        });
      }
      tx.objectStore('meta').put({ k: 'seq', v: place.seq + number });
    }),

    /** Timers a thousand times as fast, and what they were asked for. */
    hurry() {
      const { setTimeout } = self;
      const asked = [];
      self.setTimeout = (deed, wait, ...more) => { asked.push(wait); return setTimeout(deed, wait / 1000, ...more); };
      return { asked, done: () => { self.setTimeout = setTimeout; } };
    },

    async noise(width, height) {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      const image = context.createImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      for (let n = 0; n < pixels.length; n += 1) pixels[n] = Math.random() * 4294967296 | 0xff000000;
      context.putImageData(image, 0, 0);
      return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
    },

    run: async (name) => {
      const [deed, expected] = self.cases[name];
      return [await deed().catch((error) => `${error} ${error?.stack}`), expected];
    },

    /** The text of the file that `deed` would save. */
    async downloaded(deed) {
      const { createObjectURL } = URL;
      const { click } = HTMLAnchorElement.prototype;
      let blob;
      URL.createObjectURL = (made) => { blob = made; return '#'; };
      HTMLAnchorElement.prototype.click = () => {};
      await deed();
      URL.createObjectURL = createObjectURL;
      HTMLAnchorElement.prototype.click = click;
      return blob.text();
    },
  };
})();

// Whose device this is now, what it knows of their meters, and when the outbox is tried.

const body = document.body;
export let cachedAt;
export let madeAt;
export const isShell = Boolean(document.querySelector('offline-entry'));
export const works = Boolean(self.Outbox && self.indexedDB && self.crypto?.subtle);
let timer;

/** How old the page is that is shown now: kept by the worker at `at`, else made at `began`. */
export function turn(at, began) {
  cachedAt = at;
  madeAt = at ? Date.parse(at) : began;
}
turn(document.documentElement.dataset.cachedAt, performance.timeOrigin);

/** The person this page speaks for: its own, or on the shell the one who was signed in last. */
export const owner = works ? identify().catch(() => '') : Promise.resolve('');

async function identify() {
  const { current_pid: before, pending_sign_out: out } = await Outbox.metas('current_pid', 'pending_sign_out');
  const person = body.dataset.person;
  if (isShell) return out ? '' : before ?? '';
  if (!person || cachedAt) return person;
  if (before !== person) await Outbox.wipe(person, true);
  await Outbox.remember({ current_pid: person, pending_sign_out: false, contact: { at: Date.now(), days: 62 } });
  await Outbox.resume(person);
  return person;
}

/** Back from the browser's memory, or beside a tab where another person came in: such a page goes. */
export async function recheck() {
  const person = body.dataset.person;
  await owner;
  if (person && works && await Outbox.meta('current_pid') !== person) location.replace('/');
}

/** <script type="application/json" id="meters">; with data-all, meters not named are forgotten. */
export async function meters() {
  const pid = await owner;
  const script = document.getElementById('meters');
  const named = script ? JSON.parse(script.textContent) : [];
  if (!pid) return named;
  if (named.length && !cachedAt) {
    await Outbox.put('meters', named.map((meter, place) => ({ ...meter, owner_pid: pid, place, seen_at: Date.now() })));
    if ('all' in script.dataset) await forget(pid, named);
  }
  const known = await Outbox.owned('meters', pid);
  return known.sort((a, b) => a.place - b.place);
}

const forget = (pid, named) => Outbox.run('meters', 'readwrite', async (tx) => {
  const store = tx.objectStore('meters');
  const ids = named.map((meter) => meter.id);
  for (const [, id] of await Outbox.result(store.getAllKeys(Outbox.under(pid)))) {
    if (!ids.includes(id)) store.delete([pid, id]);
  }
});

/** Tries now, and plans the next try: while the page is seen and something waits, never later than a minute. */
export async function drain(force = false) {
  const pid = await owner;
  if (!pid) return 'idle';
  clearTimeout(timer);
  const outcome = await Outbox.drain({ force }).catch(() => 'offline');
  const { unsent } = await Outbox.counts(pid).catch(() => ({ unsent: 0 }));
  const photos = await Outbox.pictured(pid).catch(() => false);
  if (photos) import('./photo-queue.js').then(() => Outbox.photos.send(pid, force)).catch(() => {});
  clearTimeout(timer);
  if ((unsent || photos) && document.visibilityState === 'visible') {
    const hold = await Outbox.meta('hold');
    const wait = outcome === 'busy' ? 500 : hold ? hold.until - Date.now() : 2000;
    timer = setTimeout(() => drain(), Math.min(60000, Math.max(1000, wait)));
  }
  dispatchEvent(new CustomEvent('outbox:tried', { detail: outcome }));
  return outcome;
}

/** The count outlives the database in a cookie, so a loss is seen: <device>.<unsent of everybody>. */
export async function watchLoss() {
  const [, device, count] = /(?:^|; )ob=([^.;]+)\.(\d+)/.exec(document.cookie) ?? [];
  const lost = device && device !== await Outbox.meta('device_id') ? Number(count) : 0;
  const write = async () => {
    const { unsent, others } = await Outbox.counts(await owner);
    const name = await Outbox.meta('device_id');
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    if (name) document.cookie = `ob=${name}.${unsent + others}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    navigator.setAppBadge?.(unsent).catch(() => {});
  };
  addEventListener('outbox', write);
  if (lost) await Outbox.run(['meta', 'log'], 'readwrite', (tx) => Outbox.place(tx));
  await write();
  return lost;
}

export function listen() {
  const soon = () => document.visibilityState === 'visible' && recheck().then(() => drain(true));
  ['pageshow', 'focus', 'online'].forEach((name) => addEventListener(name, soon));
  document.addEventListener('visibilitychange', soon);
  ['pagehide', 'freeze'].forEach((name) => addEventListener(name, () => Outbox.stop()));
  document.addEventListener('htmx:after:request', (event) => event.detail?.ctx?.response?.status < 400 && drain());
  Outbox.channel.addEventListener('message', ({ data }) => {
    if (data.type === 'signed-out') location.replace('/');
    else dispatchEvent(new CustomEvent('outbox', { detail: data }));
  });
}

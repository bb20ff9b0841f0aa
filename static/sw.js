/* The worker. The server puts one line above: const BUILD="…", ASSETS=[…], SHELL=["/offline","/check"];
   It keeps what a start without network needs, one person's pages, and delivers the outbox. It never touches a deed. */
'use strict';
importScripts(...['outbox', 'drain', 'photo-queue'].map((name) => ASSETS.find((url) => url.endsWith(`/js/${name}.js`))));

const STATIC = `static-${BUILD}`;
const SHELLS = `shell-${BUILD}`;
const NEVER = /^\/(api|office|sign-in|sign-out|sign-up|demo|sw\.js|healthz|readyz|manifest\.json)(\/|$)/;
const ENTRY = /^\/readings\/new/;
const FIELD = /^\/field\/?$/;
const PATIENCE = 2000;
const SOON = 6000;
const PAGES = 60;
const DAY = 86400000;
let drained = 0;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', onFetch);
self.addEventListener('message', onMessage);
self.addEventListener('sync', (event) => event.waitUntil(sync()));
self.addEventListener('periodicsync', (event) => event.waitUntil(deliver()));
self.addEventListener('push', (event) => event.waitUntil(show(event.data)));
self.addEventListener('notificationclick', (event) => event.waitUntil(follow(event.notification)));

/** All or nothing; the worker before this one stays until the person says otherwise. */
async function install() {
  try {
    await keep(STATIC, ASSETS);
    await keep(SHELLS, SHELL);
  } catch (error) {
    await Promise.all([STATIC, SHELLS].map((name) => caches.delete(name)));
    throw error;
  }
}

/** Browsers short of space, and people who clear them, empty the caches under a worker that lives on. What the worker
    after this one has taken away stays away. */
async function restore() {
  const { active, installing, waiting } = self.registration;
  if (installing || waiting || active?.state !== 'activated') return;
  if (!(await caches.has(STATIC) && await caches.has(SHELLS))) await install();
}

const keep = async (name, urls) =>
  (await caches.open(name)).addAll(urls.map((url) => new Request(url, { cache: 'reload' })));

/** Every page waits for this, so clearing up may not hold it for long. */
async function activate() {
  await self.clients.claim();
  await Promise.race([clear().catch(() => {}), new Promise((resolve) => { setTimeout(resolve, 2000); })]);
}

/** Two builds before stay too: a page opened with them still finds its files. Pages and the queue are not touched. */
async function clear() {
  const names = await caches.keys();
  for (const kind of ['static-', 'shell-']) {
    const old = names.filter((name) => name.startsWith(kind) && name !== kind + BUILD);
    await Promise.all(old.slice(0, -2).map((name) => caches.delete(name)));
  }
}

function onFetch(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || NEVER.test(url.pathname)) return;
  if (url.pathname.startsWith('/static/')) event.respondWith(file(request));
  else if (request.mode === 'navigate' || moves(request)) event.respondWith(FIELD.test(url.pathname) ? field(request) : navigate(event, url));
}

/** A page asked for by the page before it, static/js/moving.js: whole, and kept like any other. */
const moves = ({ headers }) => headers.has('X-Move');

async function file(request) {
  const today = await caches.match(request, { cacheName: STATIC }).catch(() => null);
  if (today) return today;
  for (const name of await caches.keys()) {
    const kept = /^(static|field)-/.test(name) && await (await caches.open(name)).match(request);
    if (kept) return kept;
  }
  return fetch(request).catch(() => new Response('', { status: 503 }));
}

/** What the outbox knows, or what to do without it: its store may be held by a page that sleeps, and who waits for ever
    waits for nothing (WebKit gives such a worker up, and asks it nothing more until the next build). */
const soon = (asked, instead) => new Promise((resolve) => {
  const late = setTimeout(resolve, SOON, instead);
  asked.catch(() => instead).then((answer) => { clearTimeout(late); resolve(answer); });
});

/** The person waits for the page; the queue goes after it. */
async function navigate(event, url) {
  const page = await answer(event, url);
  if (Date.now() - drained > 30000) {
    drained = Date.now();
    event.waitUntil(deliver().catch(() => {}));
  }
  return page;
}

/** Network and store are asked side by side; what is kept is only shown when nothing comes, or nothing in time. */
async function answer(event, url) {
  const known = await soon(Outbox.metas('pending_sign_out', 'current_pid', 'contact'), {});
  if (known.pending_sign_out) return await signOut() ? answer(event, url) : shell(url);
  const asked = network(event);
  const kept = await cached(event.request, known).catch(() => undefined);
  const instead = kept || ENTRY.test(url.pathname) || SHELL.includes(url.pathname);
  const patience = new Promise((resolve) => { setTimeout(resolve, instead ? PATIENCE : 20000); });
  const came = await Promise.race([asked, patience]);
  if (came && !(instead && came.status >= 502 && came.status <= 504)) return came;
  return kept ?? shell(url);
}

/** The inspector's round: its page keeps itself in caches of its own, `field-…`, the newest last. */
async function field(request) {
  const names = (await caches.keys()).filter((name) => name.startsWith('field-')).reverse();
  const found = await Promise.all(names.map((cacheName) => caches.match('/field', { cacheName })));
  const kept = found.find(Boolean);
  const patience = new Promise((resolve) => { setTimeout(resolve, kept ? PATIENCE : 20000); });
  const answer = await Promise.race([fetch(request, { cache: 'no-store' }).catch(() => null), patience]);
  if (answer?.ok && !answer.redirected) return answer;
  return kept ?? answer ?? shell({ pathname: '/field' });
}

/** Signed out without network: the server hears of it first, until then there is only the shell. */
async function signOut() {
  try {
    await fetch('/sign-out', { method: 'POST', redirect: 'manual', credentials: 'same-origin' });
    await Outbox.remember({ pending_sign_out: false });
    return true;
  } catch {
    return false;
  }
}

/** The server's page, or nothing. What comes after the patience is over is still kept for the next time. */
async function network(event) {
  const began = Date.now();
  try {
    const response = await fetch(event.request, { cache: 'no-store' });
    const kept = store(event.request, response.clone(), began).catch(() => {});
    event.waitUntil(Promise.all([kept, restore().catch(() => {})]));
    if (!response.redirected) return response;
    return new Response(response.body, { status: response.status, headers: response.headers });
  } catch {
    return null;
  }
}

async function store(request, response, began) {
  const pid = response.headers.get('X-Partition');
  if (!pid || response.status !== 200 || response.type !== 'basic' || response.redirected) return;
  const { signed_out_at: left = 0, current_pid: before } = await Outbox.metas('signed_out_at', 'current_pid');
  if (left >= began) return;
  if (before !== pid) await Outbox.wipe(pid, true);
  const allow = response.headers.get('X-Offline') ?? '';
  const days = Number(/days=(\d+)/.exec(allow)?.[1] ?? 62);
  await Outbox.remember({ current_pid: pid, contact: { at: Date.now(), days } });
  await Outbox.resume(pid);
  if (!allow.startsWith('allow') || !/^text\/html/.test(response.headers.get('Content-Type') ?? '')) return;
  const at = new Date().toISOString();
  const headers = new Headers(response.headers);
  ['Vary', 'Content-Encoding', 'Content-Length'].forEach((name) => headers.delete(name));
  headers.set('X-Cached-At', at);
  const page = (await response.text()).replace(/<html\b/, `$& data-cached-at="${at}"`);
  if ((await Outbox.meta('signed_out_at') ?? 0) >= began) return;
  const cache = await caches.open(`personal-${pid}-v1`);
  await cache.put(plain(request), new Response(page, { headers }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - PAGES)).map((key) => cache.delete(key)));
}

/** A page of the person who is signed in here, unless the server has not seen them for too long. */
async function cached(request, { current_pid: pid, contact }) {
  if (!pid) return undefined;
  if (contact && Date.now() - contact.at > contact.days * DAY) {
    await caches.delete(`personal-${pid}-v1`); // the meters stay: the form to write a reading down never expires
    return undefined;
  }
  return caches.match(plain(request), { cacheName: `personal-${pid}-v1` });
}

/** What is said once, after a deed, does not make it another page. */
function plain({ url }) {
  const address = new URL(url);
  address.searchParams.delete('said');
  return address.href;
}

/** Pages that do without a server; any other address gets the first of them. */
async function shell({ pathname }) {
  const page = SHELL.includes(pathname) ? pathname : SHELL[0];
  const kept = await caches.match(page, { cacheName: SHELLS }).catch(() => null);
  if (kept) return new Response(kept.body, { headers: kept.headers });
  const pid = await soon(Outbox.meta('current_pid'));
  const { unsent } = pid ? await soon(Outbox.counts(pid), {}) : {};
  const words = '<!doctype html><html lang="uk"><meta charset="utf-8"><title>104</title><h1>Немає зв’язку</h1>'
    + (unsent ? `<p>На цьому пристрої чекає показань: ${unsent}. Надішлемо, щойно з’явиться мережа.</p>` : '')
    + '<p>Аварійна служба: <a href="tel:104">104</a></p>';
  return new Response(words, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

/** Readings first; whose they are is known until the person signs out. Returns whether anything is left. */
async function deliver() {
  await Outbox.drain();
  const pid = await Outbox.meta('current_pid');
  if (!pid) return false;
  await Outbox.photos.send(pid);
  return (await Outbox.counts(pid)).unsent > 0 || Outbox.pictured(pid);
}

/** The server has written title and text; who sends nothing readable has nothing to say. */
async function show(data) {
  const { title, text, url, tag } = data.json();
  const icon = ASSETS.find((name) => name.endsWith('/icon-192.png'));
  await self.registration.showNotification(title, { body: text, tag, icon, data: url });
}

/** A window of the cabinet that is open goes there, else a new one; never to another site. */
async function follow(pressed) {
  pressed.close();
  const { href, origin } = new URL(pressed.data, location.origin);
  if (origin !== location.origin) return;
  const [open] = await self.clients.matchAll({ type: 'window' });
  await (open?.navigate(href).then((client) => client?.focus()) ?? self.clients.openWindow(href));
}

async function sync() {
  if (await deliver()) await self.registration.sync?.register('outbox').catch(() => {});
}

function onMessage(event) {
  const { type, pid } = event.data ?? {};
  const deeds = {
    SKIP_WAITING: () => self.skipWaiting(),
    GET_VERSION: () => BUILD,
    WIPE: () => Outbox.wipe(pid),
    WIPE_OTHERS: () => Outbox.wipe(pid, true),
    LANGUAGE: () => keep(SHELLS, SHELL),
  };
  if (!Object.hasOwn(deeds, type)) return;
  event.waitUntil(Promise.resolve(deeds[type]()).then((answer) => event.ports[0]?.postMessage(answer ?? 'done')));
}

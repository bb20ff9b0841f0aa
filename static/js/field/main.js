// The inspector's round on the phone: which screen stands, when it locks, when what was done is sent.
import { moment, number, plural, word } from '../words.js';
import * as contact from './contact.js';
import * as door from './door.js';
import { drain } from './drain.js';
import { list } from './list.js';
import * as lock from './lock.js';
import { paint, queue } from './queue.js';
import { banner, counter, hush, say, screen, shown } from './screen.js';
import { install } from './shell.js';
import * as held from './state.js';
import { stop } from './stop.js';
import { channel, counts, device, entries, meta, metas, remember, rounds, update, works } from './store.js';

const MINUTE = 60000;
const DAY = 86400000;
const LISTS = ['left', 'done', 'all'];
let timer;

async function route() {
  hush();
  const [where, id, what] = location.hash.slice(1).split('/');
  if (where === 'queue') { await queue(deeds); return; }
  if (!lock.isOpen() || !held.state.round) { await outside(); return; }
  if (where === 'stop') await stop(id, what, saved);
  else {
    const sums = await counts();
    list(LISTS.includes(where) ? where : 'left', sums.unsent);
  }
}

/** Locked, or nothing here. */
async function outside() {
  say('');
  const first = await door.first();
  if (first === 'locked') await door.enter(opened);
  else await door.welcome(first, opened);
}

async function opened() {
  await held.load();
  if (location.hash === '#queue') history.replaceState(null, '', '#left');
  await route();
  await paintHead();
}

/** What was done at a door is on the disk. */
function saved() {
  lock.touch();
  paintHead();
  send();
}

async function lockUp() {
  lock.close();
  held.forget();
  say('');
  history.replaceState(null, '', '#left');
  await route();
}

const deeds = {
  lock: lockUp,
  send: async (told) => {
    told(word('trying'));
    if (!await meta('ended')) await update('entries', (await entries(['sealed'])).filter(mine).map((entry) => entry.id), { state: 'queued' });
    told(word(`tried-${await send(true)}`));
  },
  download: async (told) => {
    const { given, why } = await contact.download();
    if (!given) { told(why === 'sign_in' ? word('needs-sign-in') : word(`why-${why}`)); await signInNeeded(why); return; }
    await renew(given);
    told(word(given.rounds.length ? 'renewed' : 'empty-title'));
  },
};
const mine = (entry) => entry.owner === held.state.settings.owner?.id;

async function signInNeeded(why) {
  if (why !== 'sign_in') return;
  await remember({ needs_sign_in: true });
  await paintHead();
}

/** The same inspector has signed in again: a new ticket, and the rounds as they are now. */
async function renew(given) {
  const owner = await meta('owner');
  if (owner && owner.id !== given.inspector.id) { await lockUp(); }
  await contact.take(given);
  if (screen() === 'enter-code') return; // the code is being typed; the ticket is new already
  if (!lock.isOpen() || !given.rounds.length) { await outside(); return; }
  await contact.keep(given);
  await held.load();
}

/** Tries now, and plans the next try while the page is seen. */
async function send(force = false) {
  clearTimeout(timer);
  const outcome = await drain({ force }).catch(() => 'offline');
  if (outcome === 'done') await contact.tidy();
  await settle();
  const { unsent, photos, sealed } = await counts();
  clearTimeout(timer);
  if (unsent + photos > sealed && document.visibilityState === 'visible') {
    const hold = await meta('hold');
    const wait = outcome === 'busy' ? 500 : hold ? hold.until - Date.now() : 2000;
    timer = setTimeout(() => send(), Math.min(MINUTE, Math.max(1000, wait)));
  }
  return outcome;
}

/** Rounds may have gone meanwhile: ended, over, or too long unheard. */
async function settle() {
  await paintHead();
  const left = new Set((await rounds()).map((round) => round.id));
  if (!held.state.round) {
    if (!left.size && screen() === 'enter-code' && !door.isPending()) await route();
    return;
  }
  if (lock.isOpen() && held.state.rounds.every((round) => left.has(round.id))) return;
  if (left.size && lock.isOpen()) await held.load();
  else { held.forget(); lock.close(); }
  await route();
}

async function look() {
  await contact.look();
  await contact.tidy();
  if (await meta('needs_sign_in')) {
    const owner = await meta('owner');
    const { given } = await contact.download();
    if (given && given.inspector.id === owner?.id) await renew(given);
  }
  await settle();
}

async function paintHead() {
  const [sums, told] = await Promise.all([counts(), metas(['hold', 'contact_at', 'needs_sign_in', 'ended'])]);
  const waits = sums.unsent + sums.photos;
  const at = told.contact_at ? moment(told.contact_at) : '';
  const alone = told.hold && !told.hold.told && waits && at;
  const label = [word('queue'), waits && word('unsent', { count: number(waits) }),
    sums.rejected && word('rejected', { count: number(sums.rejected) })];
  counter(waits + sums.rejected, label.filter(Boolean).join(', '));
  banner('offline', 'offline', alone ? word('offline-text', { moment: at }) : '');
  const link = { href: '/office/sign-in?next=/field', text: word('sign-in') };
  banner('sign-in', 'plain', told.needs_sign_in && !told.ended ? word('needs-sign-in') : '', link);
  banner('old', 'alert', sums.oldest && Date.now() - sums.oldest > DAY ? plural('old', waits) : '');
  navigator.setAppBadge?.(waits).catch(() => {});
  keepCount(waits);
}

/** The count outlives the database in a cookie, so a loss is seen. */
async function keepCount(waits) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `fo=${await device()}.${waits}; Path=/field; Max-Age=31536000; SameSite=Lax${secure}`;
}

async function watchLoss() {
  const [, known, count] = /(?:^|; )fo=([^.;]+)\.(\d+)/.exec(document.cookie) ?? [];
  if (known && known !== await device() && Number(count)) banner('lost', 'alert', plural('lost', Number(count)));
}

async function repaint() {
  await held.refresh();
  if (screen() === 'queue') await paint(shown('*'));
  const line = screen() === 'list' && shown('[data-fill=waits]');
  if (line) {
    const { unsent } = await counts();
    line.textContent = unsent ? word('unsent', { count: number(unsent) }) : '';
  }
  await paintHead();
}

function listen() {
  addEventListener('hashchange', () => route().catch(() => say(word('not-saved'), true)));
  ['pointerdown', 'keydown'].forEach((name) => addEventListener(name, lock.touch, { passive: true }));
  const soon = () => {
    if (document.visibilityState !== 'visible') return;
    if (lock.isOpen() && lock.isIdle()) lockUp();
    look().then(() => send(true)).catch(() => {});
  };
  ['pageshow', 'online'].forEach((name) => addEventListener(name, soon));
  document.addEventListener('visibilitychange', soon);
  setInterval(() => lock.isOpen() && lock.isIdle() && lockUp(), 15000);
  setInterval(() => document.visibilityState === 'visible' && look().catch(() => {}), 5 * MINUTE);
  let due;
  addEventListener('field', () => { due ??= requestAnimationFrame(() => { due = null; repaint().catch(() => {}); }); });
  channel.addEventListener('message', () => dispatchEvent(new Event('field')));
}

async function start() {
  if (!works) { await door.welcome('no-store', opened); return; }
  await watchLoss();
  await contact.tidy();
  await held.refresh();
  listen();
  await route();
  await paintHead();
  await look();
  await send(true);
}


install(() => banner('new', 'plain', word('new-version'), { href: '/field', text: word('refresh') })).catch(() => {});
start().catch(() => say(word('not-saved'), true));

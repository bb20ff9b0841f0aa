// What is said above the page: its age, a lost connection, a lost queue, a sign-in that has ended, a new version.
import { cachedAt, isShell, owner, works } from './device.js';
import { moment, part, plural, word } from './words.js';

/** One banner of a kind at a time. */
export function say(kind, shown) {
  const place = document.getElementById('banners');
  const before = place?.querySelector(`[data-banner="${kind}"]`);
  if (!shown || (before && before.textContent === shown.textContent)) return shown ? before : before?.remove();
  shown.dataset.banner = kind;
  before?.remove();
  place?.append(shown);
  return shown;
}

/** A page from the worker's store says how old it is; `back`, when the server is there again. */
export async function sayAge(back = false) {
  const old = () => cachedAt || isShell;
  const { unsent } = works && old() ? await Outbox.counts(await owner) : { unsent: 0 };
  if (!old()) return say('age', null);
  const age = [cachedAt && word('copy', { moment: moment(cachedAt) }), unsent && plural('waits', unsent)];
  const text = back ? word('back') : age.filter(Boolean).join(' ');
  const shown = part('banner-offline', { title: word(back ? 'back-title' : 'offline-title'), text });
  shown.querySelector('a').hidden = !back;
  return say('age', shown);
}

export async function sayNeedsLogin(outcome) {
  const waiting = outcome === 'needs_login' ? (await Outbox.list(await owner, ['needs_login'])).length : 0;
  const shown = waiting && part('banner-login', { title: plural('login', waiting) });
  if (shown) shown.querySelector('a').href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  say('login', shown);
}

/** Another page holds an older queue, or this one does: told on both. */
export const sayBlocked = () => say('blocked', part('banner-alert', { text: word('blocked') }));

export const sayLost = (count) => say('lost', part('banner-alert', { text: plural('lost', count) }));

/** Said again for each build that comes while it stands: one press, one renewal. */
export function sayUpdate(renew) {
  say('update', part('banner-update')).querySelector('button').onclick = renew;
}

/** htmx is silent when a request fails: this is not. */
export function speakOfFailures() {
  const fail = (name) => say('failure', part('banner-alert', { text: word(name) }));
  document.addEventListener('htmx:error', () => fail('failed-offline'));
  document.addEventListener('htmx:response:error', ({ detail }) => {
    if (detail?.ctx?.response?.status >= 500) fail('failed-server');
  });
  document.addEventListener('htmx:before:request', () => say('failure', null));
}

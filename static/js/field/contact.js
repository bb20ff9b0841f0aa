// Speaking with the server: the rounds of the day, whether they still stand, and when they have to go.
import * as lock from './lock.js';
import { changed, counts, device, entries, erase, meta, remember, rounds, update, UNSENT } from './store.js';

const DAY = 86400000;
const PATIENCE = 20000;
export const REFUSED_AFTER = 3 * DAY;

/** Answers with {status, answer, headers}; throws where nobody answers. A redirect or a foreign page is no answer. */
export async function ask(path, { owner, method = 'GET', body, headers = {}, type } = {}) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  const tickets = await meta('tickets') ?? {};
  const known = owner && tickets[owner];
  try {
    const response = await fetch(`/api/v1/field/${path}`, {
      method, body, signal: control.signal, redirect: 'error', cache: 'no-store', credentials: 'same-origin',
      headers: {
        'X-Device': await device(), ...(known ? { Authorization: `Ticket ${known.token}` } : {}),
        ...(type ? { 'Content-Type': type } : {}), ...headers,
      },
    });
    const typed = /^application\/json\b/.test(response.headers.get('Content-Type') ?? '');
    const answer = typed && await response.json().catch(() => null) || {};
    await heard(response, answer);
    return { status: response.status, answer, headers: response.headers };
  } finally {
    clearTimeout(timer);
  }
}

/** A typed answer of ours is a contact: its time sets the clock right. */
async function heard(response, answer) {
  const at = Date.parse(answer.now);
  if (response.status === 200 && Object.keys(answer).length) {
    await remember({ contact_at: Date.now(), ...(at ? { skew: at - Date.now() } : {}) });
  }
}

/** The time by the server's clock, as far as it is known; never earlier than it was once. */
export async function now() {
  const [skew, latest] = await Promise.all([meta('skew'), meta('latest')]);
  const moment = Math.max(Date.now() + (skew ?? 0), latest ?? 0);
  if (moment - (latest ?? 0) > 60000) await remember({ latest: moment });
  return moment;
}

/** What came, or why nothing did: `sign_in`, `not_yours`, `wait`, `offline`, `trouble`. Keeps nothing yet. */
export async function download() {
  let said;
  try {
    said = await ask('rounds');
  } catch {
    return { why: 'offline' };
  }
  const { status, answer } = said;
  if (status === 200 && Array.isArray(answer.rounds) && answer.inspector) return { given: answer };
  return { why: { 401: 'sign_in', 403: 'not_yours', 429: 'wait' }[status] ?? 'trouble' };
}

/** The device is this inspector's now. Of somebody before only what is not sent stays, under their own ticket. */
export async function take(given) {
  const before = await meta('owner');
  const { id, initials } = given.inspector;
  if (before && before.id !== id) await lock.forget();
  const tickets = { ...await meta('tickets'), ...(given.ticket ? { [id]: given.ticket } : {}) };
  await remember({
    owner: { id, initials }, company: given.company, reasons: given.reasons, photo_on_doubt: given.photo_on_doubt,
    tickets, ended: false, refused: false, needs_sign_in: false, latest: null, hold: null,
  });
  return !await lock.exists();
}

export async function keep(given) {
  await lock.keep(given.rounds);
  navigator.storage?.persist?.().catch(() => {});
  changed();
}

/** Do the rounds still stand? Nobody answering is no answer. */
export async function look() {
  const owner = await meta('owner');
  if (!owner || await meta('ended')) return;
  const said = await ask(`contact?unsent=${await waiting()}`, { owner: owner.id }).catch(() => null);
  if (!said) return;
  if (said.status === 410 || (said.status === 200 && said.answer.ended)) await end();
  if (said.status !== 200 || !Array.isArray(said.answer.rounds)) return;
  const gone = (await rounds()).filter((round) => !said.answer.rounds.includes(round.id));
  const open = await entries([...UNSENT, 'rejected']);
  const ids = gone.map((round) => round.id).filter((id) => !open.some((entry) => entry.round_id === id));
  if (ids.length) await erase(ids);
}

/** What the supervisor hears of this phone. */
export const waiting = async () => {
  const { unsent, photos } = await counts();
  return unsent + photos;
};

/** The phone was told to be lost: rounds go, what is not sent is kept under seal and can be taken in a file. */
export async function end() {
  const owner = await meta('owner');
  await remember({ ended: true, needs_sign_in: false, hold: null });
  const left = (await entries(UNSENT)).filter((entry) => !owner || entry.owner === owner.id);
  await update('entries', left.map((entry) => entry.id), { state: 'sealed' });
  await lock.forget();
}

/** What the day has left behind goes: a round that is over and whole, and all rounds of a device long unheard. */
export async function tidy() {
  const [at, contact, kept] = await Promise.all([now(), meta('contact_at'), rounds()]);
  if (!kept.length) return;
  if (at - ((contact ?? 0) + (await meta('skew') ?? 0)) > REFUSED_AFTER) {
    await remember({ refused: true });
    await erase();
    return;
  }
  const over = kept.filter((round) => Date.parse(round.ends_at) <= at).map((round) => round.id);
  if (!over.length) return;
  const open = await entries([...UNSENT, 'rejected', 'accepted']);
  const whole = over.filter((id) => !open.some((entry) => entry.round_id === id
    && (entry.state !== 'accepted' || entry.photo === 'queued')));
  if (whole.length) await erase(whole);
}

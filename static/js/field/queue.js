// Records and connection: what this phone holds, what became of it, and every way to get it off.
import { ask, moment, number, word } from '../words.js';
import { row } from './entry.js';
import * as position from './position.js';
import { show, values } from './screen.js';
import { state } from './state.js';
import { counts, meta, remove } from './store.js';

const PAGE = 50;
const seen = { limit: PAGE };

/** `deeds`: send, download, lock, each of main.js. */
export async function queue(deeds) {
  const screen = show('queue', { title: word('queue'), back: state.round ? '#left' : '#' });
  await paint(screen);
  screen.addEventListener('click', (event) => pressed(event, screen, deeds));
  screen.querySelector('#rescue').addEventListener('change', ({ target }) => takeIn(target, screen, deeds));
  const place = () => values(screen, { position: position.words() });
  place();
}

export async function paint(screen) {
  const [sums, contact, signIn] = await Promise.all([counts(), meta('contact_at'), meta('needs_sign_in')]);
  const waits = sums.unsent + sums.photos;
  const stored = await storage();
  values(screen, {
    title: waits ? word('unsent-title', { count: number(waits) }) : word('sent-title'),
    contact: contact ? word('contact', { moment: moment(contact) }) : word('contact-never'),
    sealed: sums.sealed ? word('sealed', { count: number(sums.sealed) }) : '',
    none: state.entries.length ? '' : word('none'), stored,
  });
  const newest = state.entries.toReversed();
  screen.querySelector('[data-entries]').replaceChildren(...newest.slice(0, seen.limit).map((entry) => row(entry)));
  screen.querySelector('[data-older]').hidden = newest.length <= seen.limit;
  screen.querySelector('[data-sign-in]').hidden = !signIn;
  screen.querySelector('[data-do=send]').hidden = Boolean(signIn) || !waits;
  screen.querySelector('.dock').hidden = !signIn && !waits;
}

/** Firefox may never answer when it is asked: nothing waits longer than a moment. */
async function storage() {
  const later = new Promise((resolve) => { setTimeout(resolve, 500); });
  const kept = await Promise.race([navigator.storage?.persisted?.().catch(() => undefined), later]);
  return kept === undefined ? '' : word(kept ? 'stored-yes' : 'stored-no');
}

async function pressed(event, screen, deeds) {
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const id = button.closest('[data-id]')?.dataset.id;
  const repaint = () => values(screen, { position: position.words() });
  const own = {
    older: () => { seen.limit += PAGE; return paint(screen); },
    remove: () => drop(id),
    export: async () => (await import('./rescue.js')).download(),
    position: () => position.toggle(repaint),
  };
  button.disabled = true;
  await (own[button.dataset.do] ?? deeds[button.dataset.do])?.((text) => values(screen, { said: text }));
  button.disabled = false;
}

async function drop(id) {
  const entry = state.entries.find((one) => one.id === id);
  if (!entry) return;
  const note = word(entry.attempts ? 'maybe-sent' : 'not-sent');
  if (entry.state === 'rejected' || await ask('remove', { note }) === 'remove') await remove(id);
}

async function takeIn(input, screen, deeds) {
  const { read } = await import('./rescue.js');
  values(screen, { said: await read(input.files[0]) });
  input.value = '';
  deeds.send(() => {});
}


// The code of the device. The rounds lie sealed by a key that is made from it; five wrong codes and they are gone.
import { erase, keepRounds, meta, remember, rounds, run } from './store.js';

const TURNS = 300000;
const TRIES = 5;
const IDLE = 15 * 60000;
const bytes = (text) => new TextEncoder().encode(text);
let key = null;
let touched = Date.now();

export const isOpen = () => key !== null;
export const exists = async () => Boolean(await meta('lock'));

/** Guessed first by whoever finds a phone: one digit repeated, digits in a row. */
export function isWeak(code) {
  const steps = new Set([...code].slice(1).map((digit, n) => digit - code[n]));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0]);
}

async function derive(code, salt, turns) {
  const typed = await crypto.subtle.importKey('raw', bytes(code), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: turns };
  return crypto.subtle.deriveKey(how, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

const seal = async (text, by) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, by, bytes(text)) };
};
const unseal = async ({ iv, sealed }, by) => (
  new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, by, sealed)));

/** A new code, at the first round of this inspector on this device. */
export async function choose(code) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  key = await derive(code, salt, TURNS);
  await remember({ lock: { salt, turns: TURNS, proof: await seal('open', key), wrong: 0 } });
  touch();
}

/** Says `open`, the tries that are left, or `gone`. Counted before it is looked at: turning off does not help. */
export async function enter(code) {
  const lock = await meta('lock');
  if (!lock) return 'gone';
  if (lock.wrong >= TRIES) return forget();
  await remember({ lock: { ...lock, wrong: lock.wrong + 1 } });
  const made = await derive(code, lock.salt, lock.turns);
  if (await unseal(lock.proof, made).catch(() => '') !== 'open') {
    const left = TRIES - lock.wrong - 1;
    return left > 0 ? left : forget();
  }
  await remember({ lock: { ...lock, wrong: 0 } });
  key = made;
  touch();
  return 'open';
}

/** What is not sent stays and is sent: it names neither street nor house. */
export async function forget() {
  close();
  await erase();
  await run('meta', 'readwrite', async (tx) => tx.objectStore('meta').delete('lock'));
  return 'gone';
}

export const close = () => { key = null; };
export const touch = () => { touched = Date.now(); };
/** True when nobody has touched the screen for a quarter of an hour. A clock set back does not keep it open. */
export const isIdle = () => Math.abs(Date.now() - touched) >= IDLE;

/** The rounds of the day in place of those before. Outside the seal only what erasing needs. */
export const keep = async (given) => keepRounds(await Promise.all(given.map(async (round) => ({
  id: round.id, day: round.day, ends_at: round.ends_at, ...await seal(JSON.stringify(round), key),
}))));

export const open = async () => Promise.all((await rounds()).map(async (row) => JSON.parse(await unseal(row, key))));

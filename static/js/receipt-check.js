// <receipt-check>: the same check that the server does, on the device, when the page came out of the worker's store.
import { day, drums, number, part, word } from './words.js';

const language = document.body.dataset.language || 'uk';
const FORM = 'blakyt-receipt-1';
const NAMES = ['number', 'company', 'account', 'meter', 'value', 'read_on', 'month', 'taken_at', 'received_at', 'source', 'key'];
const SIGNATURE = 64;
const LONGEST = 1000;

const format = (options) => new Intl.DateTimeFormat(language, options);
const clock = format({ timeZone: 'Europe/Kyiv', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const year = format({ timeZone: 'Europe/Kyiv', year: 'numeric' });
const monthOf = format({ timeZone: 'UTC', month: 'long' });
const date = (at) => `${day(at)} ${year.format(new Date(at)).replace(/\D/g, '')}`;
const second = (at) => clock.format(new Date(at));

function bytes(text) {
  try {
    const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(raw, (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

const text = (raw) => btoa(String.fromCharCode(...raw)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Signature, the signed bytes and what they say; nothing for what is no receipt. */
function open(typed) {
  const whole = typed.replace(/\s/g, '');
  const bare = (/[?&#]r=([^&#\s]*)/.exec(whole)?.[1] ?? whole).replace(/=+$/, '');
  const raw = bare.length <= LONGEST ? bytes(bare) : new Uint8Array();
  if (raw.length <= SIGNATURE || text(raw) !== bare) return null;
  const signed = raw.slice(SIGNATURE);
  let lines;
  try {
    lines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(signed).split('\n');
  } catch {
    return null;
  }
  const [form, ...told] = lines;
  if (form !== FORM || told.length !== NAMES.length + 1 || told.pop() !== '') return null;
  return { signature: raw.slice(0, SIGNATURE), signed, told: Object.fromEntries(NAMES.map((name, n) => [name, told[n]])) };
}

async function fits(key, signature, signed) {
  try {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, signed);
  } catch {
    const noble = await import('../vendor/noble-ed25519-2.3.0.js');
    return noble.verifyAsync(signature, signed, key, { zip215: false });
  }
}

/** Of the page; a key made since then the server may know, if it is there. */
async function keyOf(id) {
  const among = (keys) => keys.find((key) => key.id === id);
  const here = among(JSON.parse(document.getElementById('receipt-keys').textContent));
  if (here) return bytes(here.public);
  const { keys } = await fetch('/receipts/keys.json', { cache: 'no-store' }).then((answer) => answer.json());
  return among(keys) && bytes(among(keys).public);
}

async function check(typed) {
  const receipt = open(typed);
  if (!receipt) return ['unreadable'];
  const { signature, signed, told } = receipt;
  try {
    const key = await keyOf(told.key);
    if (!key) return ['unknown_key', told];
    return [await fits(key, signature, signed) ? 'genuine' : 'altered', told];
  } catch {
    return ['unable', told];
  }
}

function slip(told) {
  const shown = part('slip', {
    ...told, number: number(told.number), read_on: date(`${told.read_on}T12:00:00Z`), source: word(`source-${told.source}`),
    month: `${monthOf.format(new Date(`${told.month}-15`))} ${told.month.slice(0, 4)}`,
    taken_on: date(told.taken_at), taken_at: second(told.taken_at),
    received_on: date(told.received_at), received_at: second(told.received_at),
  });
  shown.querySelector('.drums').classList.add(`drums-${told.value.length}`);
  shown.querySelector('.drum-value').setAttribute('aria-label', drums(told.value));
  return shown;
}

customElements.define('receipt-check', class extends HTMLElement {
  async connectedCallback() {
    const typed = new URLSearchParams(location.search).get('r');
    if (!typed || 'told' in this.dataset) return;
    const [found, told] = await check(typed);
    const notice = part(found);
    for (const said of notice.querySelectorAll('p')) said.textContent = said.textContent.replace('{key}', told?.key ?? '');
    notice.tabIndex = -1;
    notice.setAttribute('role', found === 'genuine' ? 'status' : 'alert');
    this.replaceChildren(notice, ...found === 'genuine' ? [slip(told)] : []);
    notice.focus();
  }
});

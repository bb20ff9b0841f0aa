// The server's words, and its formats: what is said on the device reads as what is said on a page.

const language = document.body.dataset.language || 'uk';
const formats = new Map();
const named = new Map();
const groups = (text) => text.replace(/\B(?=(\d{3})+$)/g, '\u00a0');

/** Making a formatter is dear, a list has hundreds of dates. */
function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: 'Europe/Kyiv', ...options }));
  return formats.get(key);
}

/** [data-word] and [data-part] of every <template data-words>, found once. */
function find(selector) {
  for (const { content } of named.has(selector) ? [] : document.querySelectorAll('template[data-words]')) {
    const found = content.querySelector(selector);
    if (found) named.set(selector, found);
  }
  return named.get(selector);
}

/** {names} of a sentence filled in. Sentences lie in partials/offline/*.html as [data-word]. */
export function word(name, values = {}) {
  const text = find(`[data-word="${name}"]`)?.textContent.trim() ?? '';
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
}

/** The form for a number: the server writes -one, -few and -many of each. */
export function plural(name, count, values = {}) {
  const form = new Intl.PluralRules(language).select(count);
  return word(`${name}-${form === 'other' ? 'many' : form}`, { count: number(count), ...values });
}

/** A fresh copy of the markup under [data-part], with `values` put into its [data-fill] places. */
export const part = (name, values = {}) => fill(find(`[data-part="${name}"]`).cloneNode(true), values);

export function fill(node, values) {
  node.removeAttribute('data-part');
  for (const place of node.querySelectorAll('[data-fill]')) {
    const value = values[place.dataset.fill];
    if (value === undefined) continue;
    // What says the same already is left alone: a layout costs more than a look.
    if (place.textContent !== String(value)) place.textContent = value;
    if (place.hidden !== !value) place.hidden = !value;
  }
  return node;
}

/** A question with named deeds; resolves to the value of the button, or to nothing. */
export function ask(name, values = {}) {
  const dialog = part(name, values);
  dialog.querySelector('[data-confirms]')?.setAttribute('data-confirms', values.count);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => { dialog.remove(); resolve(dialog.returnValue); });
  });
}

export const number = (value) => groups(String(value));
export const drums = (value, digits) => groups(String(value).padStart(digits ?? 0, '0'));
export const day = (at) => format({ day: 'numeric', month: 'long' }).format(new Date(at));
export const month = (at) => format({ month: 'long' }).format(new Date(at));
const clock = (at) => format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
export const moment = (at) => `${day(at)}, ${clock(at)}`;

/** The way to the proof, once the server has it. */
export function receipt(node, { server }) {
  const place = node.querySelector('[data-receipt]');
  if (!place || !server?.receipt) return;
  place.hidden = false;
  place.querySelector('a').href = server.receipt;
}

/** Blind tries while nobody answers are not told each time: the reading is on the device. */
export const stateOf = ({ state, last_error: error }) => (
  state === 'sending' && error === 'offline' ? 'queued' : state);

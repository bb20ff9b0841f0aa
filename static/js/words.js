// The server's words, and its formats: what is said on the device reads as what is said on a page.

const language = document.body.dataset.language || 'uk';
const KYIV = { timeZone: 'Europe/Kyiv' };
const format = (options) => new Intl.DateTimeFormat(language, { ...KYIV, ...options });
const groups = (text) => text.replace(/\B(?=(\d{3})+$)/g, '\u00a0');
const parts = () => document.querySelectorAll('template[data-words]');

/** {names} of a sentence filled in. Sentences lie in partials/offline/*.html as [data-word]. */
export function word(name, values = {}) {
  for (const { content } of parts()) {
    const found = content.querySelector(`[data-word="${name}"]`);
    if (found) return found.textContent.trim().replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
  }
  return '';
}

/** The form for a number: the server writes -one, -few and -many of each. */
export function plural(name, count, values = {}) {
  const form = new Intl.PluralRules(language).select(count);
  return word(`${name}-${form === 'other' ? 'many' : form}`, { count: number(count), ...values });
}

/** A fresh copy of the markup under [data-part], with `values` put into its [data-fill] places. */
export function part(name, values = {}) {
  for (const { content } of parts()) {
    const found = content.querySelector(`[data-part="${name}"]`);
    if (found) return fill(found.cloneNode(true), values);
  }
  return document.createElement('span');
}

export function fill(node, values) {
  node.removeAttribute('data-part');
  for (const place of node.querySelectorAll('[data-fill]')) {
    const value = values[place.dataset.fill];
    if (value === undefined) continue;
    place.textContent = value;
    place.hidden = !value;
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

/** Blind tries while nobody answers are not told each time: the reading is on the device. */
export const stateOf = ({ state, last_error: error }) => (
  state === 'sending' && error === 'offline' ? 'queued' : state);

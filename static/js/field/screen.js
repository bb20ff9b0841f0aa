// The screen as a whole: its one main part, its head, what is said, the banners.
import { fill, part, word } from '../words.js';

const main = document.getElementById('main');
const head = document.getElementById('field');
const saidLine = document.querySelector('[data-said]');
const banners = document.getElementById('banners');
let saidAt = 0;

/** Shows a fresh copy of a part as the whole screen; the focus follows, so it is read out. */
export function show(name, { title, subtitle = '', back = '', values = {}, focus = true } = {}) {
  const shown = part(name, values);
  head.querySelector('[data-title]').textContent = title ?? word('round');
  head.querySelector('[data-subtitle]').textContent = subtitle;
  const way = head.querySelector('[data-back]');
  way.hidden = !back;
  way.href = back || '#left';
  document.title = [title ?? word('round'), subtitle].filter(Boolean).join(' · ');
  main.replaceChildren(shown);
  main.dataset.screen = name;
  scrollTo(0, 0);
  if (focus) main.focus({ preventScroll: true });
  return shown;
}

export const values = (node, given) => fill(node, given);
export const screen = () => main.dataset.screen;
export const shown = (selector) => main.querySelector(selector);

/** One line under the head; `bad` is a trouble that must not be missed. */
export function say(text, bad = false) {
  saidAt = Date.now();
  saidLine.textContent = text;
  saidLine.classList.toggle('said-bad', bad);
}

/** What was said belongs to the screen before, unless it has just been said. */
export const hush = () => Date.now() - saidAt > 1500 && say('');

/** One banner of a kind at a time; nothing takes it away. `link` is {href, text}. */
export function banner(kind, look, text, link) {
  const before = banners.querySelector(`[data-banner="${kind}"]`);
  if (!text) return before?.remove();
  if (before?.dataset.text === text) return undefined;
  const made = part(`banner-${look}`, { text });
  Object.assign(made.dataset, { banner: kind, text });
  const way = made.querySelector('[data-link]');
  if (way && link) Object.assign(way, { hidden: false, href: link.href, textContent: link.text });
  before?.remove();
  return banners.append(made);
}

export function counter(count, label) {
  const link = head.querySelector('[data-queue]');
  link.hidden = false;
  link.querySelector('[data-count]').textContent = count ? String(count) : '';
  link.querySelector('[data-queue-label]').textContent = label;
}

/** A mistake beside its field; the first one of a form takes the focus. */
export function wrong(form, name, text, field) {
  values(form, { [name]: text });
  if (!field) return;
  if (text) {
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', `${field.id}-error`);
    field.focus();
  } else {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
}

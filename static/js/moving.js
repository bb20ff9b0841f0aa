// Between the pages that the menu names no new document is made: the answer is the whole page, and what differs is
// taken out of it. A document costs a slow phone three times as much. Whatever is not certain is a plain navigation.
import { say, sayAge } from './banners.js';
import { drain, meters, turn } from './device.js';
import { load } from './main.js';

const MENU = 'nav.menu li a';
const HELD = 2000;
const SOON = 300;
let asked;

/** A plain tap that nobody else has taken: no new tab, no window. */
const tapped = ({ button, defaultPrevented, metaKey, ctrlKey, shiftKey, altKey }) => (
  !(button || defaultPrevented || metaKey || ctrlKey || shiftKey || altKey));

const named = ({ target, hash, origin, pathname, attributes }) => (
  !target && !hash && !attributes.download && origin === location.origin
  && [...document.querySelectorAll(MENU)].some((link) => link.pathname === pathname));

/** Asked for when the finger comes down; it is lifted a tenth of a second later. */
function ask(href) {
  leave();
  const stop = new AbortController();
  asked = { href, stop, began: Date.now(), page: fetched(href, stop.signal).catch(() => null) };
}

async function move(href) {
  if (asked?.href !== href || Date.now() - asked.began > HELD) ask(href);
  const mine = asked;
  mine.tapped = true;
  setTimeout(() => asked === mine && document.getElementById('main').setAttribute('aria-busy', 'true'), SOON);
  const page = await mine.page;
  const fits = page && await dressed(page).catch(() => false);
  if (asked !== mine) return;
  asked = null;
  if (fits) show(page, href, mine.began);
  else location.assign(href);
}

/** The person has gone on elsewhere before the page was there. */
function leave() {
  asked?.stop.abort();
  asked = null;
  document.getElementById('main').removeAttribute('aria-busy');
}

/** The page, if it is one of this person, this build and this cabinet. What redirects is left to the browser. */
async function fetched(href, signal) {
  const answer = await fetch(href, { headers: { 'X-Move': 'page' }, mode: 'same-origin', redirect: 'manual', signal });
  if (!answer.ok || !/^text\/html/.test(answer.headers.get('Content-Type') ?? '')) return null;
  const text = await answer.text();
  // The words of the device stand last, on every page the same.
  const words = text.lastIndexOf('<template data-words');
  const page = new DOMParser().parseFromString(words > 0 ? text.slice(0, words) : text, 'text/html');
  return page.querySelector('main[data-moves]') && signs(page) === signs(document) ? page : null;
}

function signs(page) {
  const { build, portal } = page.documentElement.dataset;
  const { person, language } = page.body.dataset;
  const menu = [...page.querySelectorAll(MENU)].map((link) => link.getAttribute('href'));
  return [build, portal, person, language, ...menu].join();
}

/** Sheets that only this page needs are here before it is seen; scripts of its own make it a page for itself. */
async function dressed({ head }) {
  const lacks = (node, name) => !document.head.querySelector(`[${name}="${node.getAttribute(name)}"]`);
  if ([...head.querySelectorAll('script[src]')].some((script) => lacks(script, 'src'))) return false;
  const sheets = [...head.querySelectorAll('link[rel=stylesheet]')].filter((sheet) => lacks(sheet, 'href'));
  await Promise.all(sheets.map((sheet) => new Promise((resolve, reject) => {
    Object.assign(sheet, { onload: resolve, onerror: reject });
    document.head.append(sheet);
  })));
  return true;
}

/** First what is looked at; address, top bar and all that a load does for a page follow the frame that has drawn it. */
function show(page, href, began) {
  const main = page.getElementById('main');
  turn(page.documentElement.dataset.cachedAt, began);
  document.body.className = page.body.className;
  document.getElementById('meters')?.remove();
  document.head.append(page.getElementById('meters') ?? '');
  main.setAttribute('aria-label', page.title);
  now(document.querySelectorAll(MENU), page.querySelectorAll(MENU));
  document.getElementById('main').replaceWith(main);
  if (scrollY) scrollTo({ top: 0, behavior: 'instant' });
  requestAnimationFrame(() => setTimeout(settle, 0, page, main, href));
}

/** The account, what is unread, the way back of a language: only what says something else. */
function top(old, fresh) {
  const parts = [...fresh.children];
  if (parts.length !== old.children.length) old.replaceWith(fresh);
  else [...old.children].forEach((part, place) => part.isEqualNode(parts[place]) || part.replaceWith(parts[place]));
}

function now(old, fresh) {
  old.forEach((link, place) => {
    const mark = fresh[place].getAttribute('aria-current');
    if (mark) link.setAttribute('aria-current', mark);
    else link.removeAttribute('aria-current');
  });
}

function settle(page, main, href) {
  // By this mark htmx loads the page anew when the person comes back to it.
  if (!history.state?.htmx) history.replaceState({ ...history.state, htmx: true }, '');
  history[href === location.href ? 'replaceState' : 'pushState']({ htmx: true }, '', href);
  document.title = page.title;
  top(document.querySelector('.topbar'), page.querySelector('.topbar'));
  // Where the focus goes, a screen reader says what is there now.
  main.focus({ preventScroll: true });
  self.htmx?.process(main);
  load();
  say('failure', null);
  sayAge().catch(() => {});
  meters().then(() => drain(true)).catch(() => {});
}

document.addEventListener('pointerdown', (event) => {
  const link = event.target.closest?.('a[href]');
  if (link && !asked?.tapped && tapped(event) && named(link)) ask(link.href);
});
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || !tapped(event)) return;
  if (!named(link)) return leave();
  event.preventDefault();
  move(link.href);
});
for (const name of ['submit', 'popstate', 'pagehide']) addEventListener(name, leave, true);

// What every page does on the device; what only some pages need is fetched when it stands on the page.
// Each part works alone, and without any of it forms and links still do.
import './drain.js';
import { sayAge, sayBlocked, sayLost, sayNeedsLogin, speakOfFailures } from './banners.js';
import { cachedAt, drain, isShell, listen, meters, owner, watchLoss, works } from './device.js';
import './outbox-count.js';
import { register, speak } from './pwa.js';

const PARTS = {
  'form[data-outbox], offline-entry': () => import('./outbox-form.js').then((form) => form.listen()),
  'offline-entry': () => import('./offline-entry.js'),
  'outbox-list': () => import('./outbox-list.js'),
  'install-hint': () => import('./install-hint.js'),
  'passkey-button': () => import('./passkey.js'),
  'password-field': () => import('./password-field.js'),
  'receipt-check': () => import('./receipt-check.js'),
  'receipt-deeds': () => import('./receipt-deeds.js'),
  'resend-button': () => import('./resend-button.js'),
};
const { person, language } = document.body.dataset;

export function load() {
  for (const [selector, fetched] of Object.entries(PARTS)) {
    if (!document.querySelector(selector)) continue;
    delete PARTS[selector];
    fetched().catch(() => {});
  }
}

/** Before leaving, the device is cleared: pages, meters, drafts; the queue only by the person's word. */
function leave(event) {
  const form = event.target;
  const closes = form.matches('form[data-leaves]');
  if (!works || !(closes || form.matches('form[action="/sign-out"]'))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  import('./sign-out.js')
    .then(({ start, forget }) => (closes ? forget().finally(() => form.submit()) : start(form)))
    .catch(() => form.submit());
}

/** Only for the words of the banner: nothing waits for it. */
async function lookForServer() {
  if (document.visibilityState !== 'visible' || !(cachedAt || isShell)) return;
  await sayAge(await fetch('/healthz', { cache: 'no-store' }).then((answer) => answer.ok, () => false));
}

async function start() {
  const pid = await owner;
  const lost = await watchLoss();
  if (lost) sayLost(lost);
  listen();
  await meters();
  await drain(true);
  if ((await Outbox.counts(pid)).unsent) import('./storage.js').then(({ sayOld }) => sayOld(pid)).catch(() => {});
  if (!pid || cachedAt || isShell) return;
  await speak(language, pid);
  await Outbox.prune(pid);
}

addEventListener('outbox', ({ detail }) => detail?.type === 'blocked' && sayBlocked());
addEventListener('outbox:tried', ({ detail }) => sayNeedsLogin(detail).catch(() => {}));
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  self.installPrompt = event;
  dispatchEvent(new Event('installable'));
});
document.addEventListener('submit', leave, true);
document.addEventListener('htmx:after:swap', load);
speakOfFailures();
load();
sayAge().catch(() => {});
setInterval(lookForServer, 10000);
if (person || isShell) register().catch(() => {});
if (works) start().catch(() => {});
// Chromium on a phone is where a new document is dear; the others follow their links.
const chromium = works && person && navigator.userAgentData && navigator.serviceWorker?.controller;
if (chromium && document.querySelector('[data-moves]')) {
  addEventListener('load', () => import('./moving.js').catch(() => {}));
}

// What every page does on the device. Each part works alone; without any of it forms and links still do.
import './drain.js';
import { cachedAt, drain, isShell, listen, owner, watchLoss, works } from './device.js';
import './offline-entry.js';
import { listen as listenToForms } from './outbox-form.js';
import { banner } from './outbox-list.js';
import './password-field.js';
import { register, speakOfFailures, tell } from './pwa.js';
import './resend-button.js';
import { listen as listenToSignOut } from './sign-out.js';
import { part, plural } from './words.js';

speakOfFailures();
listenToForms();
listenToSignOut();
banner().catch(() => {});
if (cachedAt || isShell) setInterval(lookForServer, 10000);
if (document.body.dataset.person || isShell) register().catch(() => {});
if (works) start().catch(() => {});

async function start() {
  const pid = await owner;
  const lost = await watchLoss();
  if (lost) document.getElementById('banners')?.append(part('lost', { text: plural('lost', lost) }));
  listen();
  await drain(true);
  if (!pid) return;
  const { language } = document.body.dataset;
  const before = await Outbox.meta('language');
  if (!cachedAt && before !== language) {
    await Outbox.remember({ language });
    if (before) ['LANGUAGE', 'WIPE_OTHERS'].forEach((type) => tell({ type, pid }));
  }
  await Outbox.prune(pid);
}

/** Only for the words of the banner: nothing waits for it. */
async function lookForServer() {
  if (document.visibilityState !== 'visible') return;
  const there = await fetch('/healthz', { cache: 'no-store' }).then((answer) => answer.ok, () => false);
  if (there) await banner(true);
}

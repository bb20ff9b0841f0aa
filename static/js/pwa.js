// The worker's life: registered, and renewed only when the person says so.
import { sayUpdate } from './banners.js';

const later = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export async function register() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' });
  const offer = () => {
    if (registration.waiting && navigator.serviceWorker.controller) sayUpdate(() => renew(registration));
  };
  const watch = () => registration.installing?.addEventListener('statechange', offer);
  registration.addEventListener('updatefound', watch);
  watch(); // one that was found before anybody listened
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && offer());
  setInterval(() => registration.update().catch(() => {}), 3600000);
  offer();
}

/** Asked anew: the handle of an hour ago may belong to a worker that is gone. */
async function renew(registration) {
  const taken = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  if (registration.waiting) {
    registration.waiting.postMessage({ type: 'SKIP_WAITING' });
    await Promise.race([taken, later(5000)]);
  }
  location.reload();
}

/** In another language the shell is fetched anew, and the pages kept in the old one go. */
export async function speak(language, pid) {
  if (await Outbox.meta('language') === language) return;
  navigator.serviceWorker?.controller?.postMessage({ type: 'LANGUAGE' });
  await self.caches?.delete(`personal-${pid}-v1`);
  await Outbox.remember({ language });
}

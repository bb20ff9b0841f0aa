// The worker's life: registered, renewed when the person says so, and the hint to put the cabinet on the phone.
import { part, word } from './words.js';

const banners = () => document.getElementById('banners');
const later = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export async function register() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' });
  const offer = () => registration.waiting && navigator.serviceWorker.controller && showUpdate(registration);
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && offer());
  setInterval(() => registration.update().catch(() => {}), 3600000);
  offer();
}

function showUpdate(registration) {
  if (document.querySelector('[data-update]')) return;
  const bar = part('banner-update');
  bar.dataset.update = '';
  bar.querySelector('button').addEventListener('click', () => renew(registration));
  banners()?.append(bar);
}

/** Asked anew: the handle of an hour ago may belong to a worker that is gone. */
async function renew(registration) {
  const taken = new Promise((resolve) => { navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }); });
  registration.waiting?.postMessage({ type: 'SKIP_WAITING' });
  await Promise.race([taken, later(5000)]);
  location.reload();
}

export const tell = (message) => navigator.serviceWorker?.controller?.postMessage(message);

customElements.define('install-hint', class extends HTMLElement {
  connectedCallback() {
    const apple = navigator.standalone === false;
    this.querySelector('[data-install]').hidden = apple;
    this.querySelector('[data-apple]').hidden = !apple;
    this.addEventListener('click', this);
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.prompt = event;
      this.offer();
    });
    if (apple) this.offer();
  }

  async offer() {
    this.hidden = matchMedia('(display-mode: standalone)').matches || Boolean(await Outbox.meta('install_declined'));
  }

  async handleEvent({ target }) {
    if (target.closest('[data-later]')) await Outbox.remember({ install_declined: Date.now() });
    else if (target.closest('[data-install]')) await this.prompt?.prompt();
    else return;
    this.hidden = true;
  }
});

/** htmx is silent when a request fails: this is not. */
export function speakOfFailures() {
  const say = (name) => {
    const place = banners();
    place?.querySelector('[data-failure]')?.remove();
    const said = part('failure', { text: word(name) });
    said.dataset.failure = '';
    place?.append(said);
  };
  document.addEventListener('htmx:error', () => say('failed-offline'));
  document.addEventListener('htmx:response:error', ({ detail }) => detail?.ctx?.response?.status >= 500 && say('failed-server'));
  document.addEventListener('htmx:before:request', () => document.querySelector('[data-failure]')?.remove());
}

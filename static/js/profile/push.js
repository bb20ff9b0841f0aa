/**
 * <push-switch>: lets this browser show notifications, or no more. Hidden where the browser cannot;
 * the list of devices below it turns any of them off without script.
 */
const able = 'serviceWorker' in navigator && 'PushManager' in self && 'Notification' in self;

const post = (address, fields) => fetch(address, {
  method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', credentials: 'same-origin',
});

function bytes(text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

async function turnOn(key) {
  if (await Notification.requestPermission() !== 'granted') throw new DOMException('', 'NotAllowedError');
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  const made = old ?? await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = made.toJSON();
  const answer = await post('/profile/notifications/push', { endpoint, ...keys });
  if (answer.type !== 'opaqueredirect' && !answer.ok) {
    await made.unsubscribe();
    throw new TypeError('refused');
  }
  location.assign('/profile/notifications?said=push');
}

async function turnOff() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = await pushManager.getSubscription();
  if (made) {
    await post('/profile/notifications/push/removal', { endpoint: made.endpoint });
    await made.unsubscribe();
  }
  location.assign('/profile/notifications?said=no_push');
}

customElements.define('push-switch', class extends HTMLElement {
  async connectedCallback() {
    if (!able) return;
    const [on, off, words] = ['[data-deed=on]', '[data-deed=off]', '[role=alert]'].map((what) => this.querySelector(what));
    const registration = await navigator.serviceWorker.getRegistration();
    const made = Notification.permission === 'granted' && await registration?.pushManager.getSubscription();
    on.hidden = Boolean(made);
    off.hidden = !made;
    this.hidden = false;
    const act = async (deed) => {
      on.disabled = off.disabled = words.hidden = true;
      try {
        await deed();
      } catch (error) {
        words.textContent = error.name === 'NotAllowedError' ? this.dataset.refused : this.dataset.away;
        words.hidden = false;
      } finally {
        on.disabled = off.disabled = false;
      }
    };
    on.onclick = () => act(() => turnOn(this.dataset.key));
    off.onclick = () => act(turnOff);
  }
});

// <outbox-count>: how many readings need the person, on every page.
import { owner, works } from './device.js';

customElements.define('outbox-count', class extends HTMLElement {
  connectedCallback() {
    this.paint = () => works && this.show().catch(() => {});
    addEventListener('outbox', this.paint);
    this.paint();
  }

  disconnectedCallback() { removeEventListener('outbox', this.paint); }

  async show() {
    const { unsent, rejected } = await Outbox.counts(await owner);
    const sum = unsent + rejected;
    this.hidden = !sum;
    this.className = sum ? 'count' : '';
    const label = document.createElement('span');
    label.className = 'unseen';
    label.textContent = `${this.dataset.label} `;
    this.replaceChildren(...(sum ? [label, String(sum)] : []));
  }
});

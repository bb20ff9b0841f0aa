// <install-hint>: the cabinet on the phone, where the browser offers it, and until it is declined.

customElements.define('install-hint', class extends HTMLElement {
  connectedCallback() {
    const apple = navigator.standalone === false;
    this.querySelector('[data-install]').hidden = apple;
    this.querySelector('[data-apple]').hidden = !apple;
    this.addEventListener('click', this);
    addEventListener('installable', () => this.offer());
    if (apple || self.installPrompt) this.offer();
  }

  async offer() {
    this.hidden = matchMedia('(display-mode: standalone)').matches || Boolean(await Outbox.meta('install_declined'));
  }

  async handleEvent({ target }) {
    if (target.closest('[data-later]')) await Outbox.remember({ install_declined: Date.now() });
    else if (target.closest('[data-install]')) await self.installPrompt?.prompt();
    else return;
    this.hidden = true;
  }
});

// <receipt-deeds>: what a device can do with a receipt; without script there is the link beside it.
customElements.define('receipt-deeds', class extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector('[data-do=share]').hidden = !navigator.share;
    this.querySelector('[data-do=copy]').hidden = !navigator.clipboard;
    this.addEventListener('click', this);
  }

  async handleEvent({ target }) {
    const button = target.closest('[data-do]');
    const { link: url, title } = this.dataset;
    const deeds = {
      share: () => navigator.share({ title, url }),
      copy: () => navigator.clipboard.writeText(url).then(() => {
        button.querySelector('span').textContent = button.dataset.done;
      }),
      print: () => print(),
    };
    // A dialogue of the device that is closed again is no mistake.
    await deeds[button?.dataset.do]?.()?.catch(() => {});
  }
});

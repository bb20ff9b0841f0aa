/** Counts down until a code may be sent once more. Without script the button works and the server answers. */
customElements.define('resend-button', class extends HTMLElement {
  #timer;

  connectedCallback() {
    const ends = Date.now() + Number(this.getAttribute('seconds')) * 1000;
    const button = this.querySelector('button');
    const words = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const ready = words.data;
    const tick = () => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      button.disabled = left > 0;
      words.data = left > 0 ? this.dataset.wait.replace('{seconds}', left) : ready;
      if (left <= 0) clearInterval(this.#timer);
    };
    this.#timer = setInterval(tick, 1000);
    tick();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }
});

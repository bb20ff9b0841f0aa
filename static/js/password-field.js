/** Shows what is being typed, while it is asked to. Without script the button stays hidden. */
customElements.define('password-field', class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector('button');
    const input = this.querySelector('input');
    const [show, hide] = [button.textContent, button.dataset.hide];
    const set = (seen) => {
      input.type = seen ? 'text' : 'password';
      button.textContent = seen ? hide : show;
    };
    button.hidden = false;
    button.onclick = () => set(input.type === 'password');
    input.form?.addEventListener('submit', () => set(false));
  }
});

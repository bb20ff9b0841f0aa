/**
 * <passkey-button>: asks the browser's own dialog for a passkey and sends the answer with the form around it.
 * Shown only where the browser can; without it the other ways on the page do.
 */
const able = self.isSecureContext && typeof self.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';

/** The question of the server; a page to go to first (the password is asked again) ends the matter here. */
async function question(address) {
  const answer = await fetch(address, { method: 'POST', headers: { Accept: 'application/json' } });
  const said = await answer.json();
  if (said.go) location.assign(said.go);
  else if (answer.status === 410) location.assign('/sign-in');
  if (!answer.ok) throw new DOMException(said.code, 'NetworkError');
  return said;
}

async function used(deed, address) {
  const asked = await question(address);
  const key = deed === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  return JSON.stringify(key);
}

customElements.define('passkey-button', class extends HTMLElement {
  connectedCallback() {
    if (!able) return;
    const [button, input, words] = ['button', 'input', '[role=alert]'].map((what) => this.querySelector(what));
    const form = input.form;
    for (const part of form.querySelectorAll('[data-able], [data-unable]')) part.hidden = 'unable' in part.dataset;
    this.hidden = false;
    button.onclick = async () => {
      button.disabled = true;
      words.hidden = true;
      try {
        input.value = await used(this.getAttribute('deed'), this.getAttribute('options'));
        form.action = this.getAttribute('action');
        form.submit();
      } catch (error) {
        const away = error instanceof TypeError || error.name === 'NetworkError';
        words.textContent = away ? this.dataset.away : this.dataset.refused;
        words.hidden = false;
      } finally {
        button.disabled = false;
      }
    };
  }
});

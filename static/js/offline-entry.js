// The shell: what this device knows of the person's meters, and the form to write a reading down.
import { meters, owner } from './device.js';
import { facts, open } from './outbox-form.js';
import { part, word } from './words.js';

const wanted = () => new URLSearchParams(location.search).get('meter');

customElements.define('offline-entry', class extends HTMLElement {
  async connectedCallback() {
    const known = await owner ? await meters().catch(() => []) : [];
    const entry = location.pathname.startsWith('/readings/new');
    const asked = known.find((meter) => meter.id === wanted()) ?? (known.length === 1 ? known[0] : null);
    this.querySelector('[data-none]').hidden = known.length > 0;
    this.querySelector('[data-elsewhere]').hidden = entry;
    if (asked) this.show(asked);
    else if (known.length) this.choose(known);
    const others = this.querySelector('[data-others]');
    others.hidden = !asked || known.length < 2;
  }

  show(meter) {
    const form = part('entry-form', facts(meter));
    form.elements.meter_id.value = meter.id;
    const drums = form.querySelector('.drums');
    drums.classList.replace('drums-5', `drums-${meter.digits}`);
    const last = form.querySelector('[data-last]');
    last.hidden = !meter.last;
    if (meter.last) last.querySelector('dt').textContent = word('last', { day: facts(meter).last_day });
    this.querySelector('[data-entry]').replaceChildren(form);
    open(form);
  }

  choose(known) {
    const rows = known.map((meter) => {
      const row = part('meter', facts(meter));
      row.querySelector('a').href = `/readings/new?meter=${meter.id}`;
      return row;
    });
    const list = part('meters');
    list.querySelector('ul').append(...rows);
    this.querySelector('[data-entry]').replaceChildren(list);
  }
});

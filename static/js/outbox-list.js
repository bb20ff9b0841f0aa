// <outbox-list>: what waits on this device, and what became of it.
import { drain, isShell, madeAt, meters, owner, works } from './device.js';
import { ask, drums, fill, moment, month, number, part, plural, receipt, stateOf, word } from './words.js';

const SHOWN = 50;
const CLOCK = 300000;

/** How an entry is told: the words of its state, and one more sentence where there is something to do. */
function told(state, { server, attempts, last_error }, digits) {
  const { number: no, month: counted, reason, standing } = server ?? {};
  const trouble = state === 'queued' && last_error && last_error !== 'offline';
  const values = {
    number: no && number(no), month: counted && month(`${counted}T12:00:00Z`), reason: word(`refusal-${reason}`),
  };
  const stands = standing
    && word('standing', { value: drums(standing.value, digits), number: number(standing.number) });
  const more = trouble && attempts >= 20 ? word('attention') : word(`more-${trouble ? 'trouble' : state}`, values);
  return { text: word(`state-${state}`, values), more: stands ?? more };
}

class OutboxList extends HTMLElement {
  connectedCallback() {
    this.rows = new Map();
    this.paint = () => { this.due ??= requestAnimationFrame(() => { this.due = null; this.show().catch(() => {}); }); };
    addEventListener('outbox', this.paint);
    this.addEventListener('click', this);
    this.addEventListener('change', this);
    if (!works) return;
    this.paint();
    import('./storage.js').then(({ tell }) => tell(this)).catch(() => {});
  }

  disconnectedCallback() { removeEventListener('outbox', this.paint); }

  async show() {
    const pid = await owner;
    const [left, accepted, counts, clock, photos] = await Promise.all([
      Outbox.list(pid, [...Outbox.UNSENT, 'rejected', 'replaced']), Outbox.recent(pid, SHOWN), Outbox.counts(pid),
      Outbox.meta('clock_ms'), Outbox.owned('photos', pid).catch(() => []),
    ]);
    this.known ??= new Map((await meters()).map((meter) => [meter.id, meter]));
    this.photos = new Map(photos.map((photo) => [photo.submission_id, photo]));
    const fresh = accepted.filter((entry) => this.photos.has(entry.submission_id) || !this.served(entry));
    const open = left.filter((entry) => entry.state !== 'replaced');
    // What was corrected stands beside its correction until that one is settled.
    const corrected = new Set([...open, ...fresh].map((entry) => entry.corrects));
    const old = left.filter((entry) => entry.state === 'replaced' && corrected.has(entry.submission_id));
    const shown = [...open, ...fresh, ...old].sort((a, b) => b.seq - a.seq);
    this.hidden = !shown.length && !counts.others && !isShell;
    fill(this, {
      title: counts.unsent ? word('unsent', { count: number(counts.unsent) }) : '',
      none: shown.length ? '' : word('none'),
      others: counts.others ? plural('others', counts.others) : '',
      clock: Math.abs(clock) > CLOCK ? word('clock') : '',
    });
    this.querySelector('[data-unsent]').hidden = !counts.unsent;
    this.querySelector('[data-rows]').replaceChildren(...shown.map((entry) => this.row(entry)));
    const ids = new Set(shown.map((entry) => entry.submission_id));
    for (const id of this.rows.keys()) if (!ids.has(id)) this.rows.delete(id);
  }

  /** What was accepted before this page was made stands in the server's list: told once. */
  served({ last_try_at: at }) {
    return !isShell && at < madeAt;
  }

  row(entry) {
    const state = stateOf(entry);
    const photo = this.photos.get(entry.submission_id);
    const key = `${state} ${Boolean(entry.attempts)} ${entry.last_error} ${photo?.state}`;
    const before = this.rows.get(entry.submission_id);
    if (before?.key === key) return before.row;
    const meter = this.known.get(entry.meter_id);
    const { text, more } = told(state, entry, meter?.digits);
    const row = before?.row ?? part('row', {
      address: meter?.address ?? word('a-meter'), taken: word('taken', { moment: moment(entry.taken_at) }),
      value: drums(entry.value, meter?.digits),
    });
    row.dataset.id = entry.submission_id;
    row.dataset.state = entry.state;
    row.querySelector('[data-state]').replaceChildren(part(`badge-${state}`, { text }));
    const pictured = photo && word(`photo-${photo.state}`, { reason: word(`photo-refusal-${photo.reason}`) });
    fill(row, { more, photo: pictured ?? '' });
    row.querySelector('[data-do=remove-photo]').hidden = photo?.state !== 'refused';
    receipt(row, entry);
    const correct = row.querySelector('[data-do=correct]');
    correct.hidden = ![...Outbox.OPEN, 'accepted'].includes(entry.state);
    correct.href = `/readings/new?meter=${entry.meter_id}&corrects=${entry.submission_id}`;
    row.querySelector('[data-do=remove]').hidden = !Outbox.OPEN.includes(entry.state);
    this.rows.set(entry.submission_id, { row, key });
    return row;
  }

  async handleEvent(event) {
    const button = event.target.closest('[data-do]');
    if (!button || (event.type === 'change') !== (button.type === 'file')) return;
    const id = button.closest('[data-id]')?.dataset.id;
    if (button.dataset.do === 'send') await this.send(button);
    if (button.dataset.do === 'remove') await this.remove(id);
    if (button.dataset.do === 'remove-photo') await Outbox.remove([id], 'person', true);
    if (button.dataset.do === 'export') await import('./outbox-file.js').then(({ download }) => download());
    if (button.dataset.do === 'import') await this.read(button);
    if (button.dataset.do === 'persist') await import('./storage.js').then(({ persist }) => persist(this));
  }

  say(text) { fill(this, { said: text }); }

  async send(button) {
    button.disabled = true;
    this.say(word('trying'));
    const outcome = await drain(true);
    button.disabled = false;
    this.say(word(`tried-${outcome}`));
  }

  async remove(id) {
    const entry = await Outbox.get(id);
    if (!entry) return;
    const values = { value: drums(entry.value), note: word(entry.attempts ? 'maybe-sent' : 'not-sent') };
    if (entry.state === 'rejected' || await ask('remove', values) === 'remove') await Outbox.remove([id], 'person');
  }

  async read(input) {
    const { read } = await import('./outbox-file.js');
    this.say(await read(input.files[0]));
    input.value = '';
  }
}

customElements.define('outbox-list', OutboxList);

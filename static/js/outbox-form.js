// form[data-outbox]: a reading is judged and stored here first, then sent. Without IndexedDB it is a plain form.
// The judge and what a photo needs are fetched when somebody types or chooses: the page stands before that.
import { cachedAt, drain, isShell, meters, owner, works } from './device.js';
import { day, drums, month, number, part, plural, receipt, stateOf, word } from './words.js';

const known = meters().catch(() => []);
const SELECTOR = 'form[data-outbox]';
const IDLE = 10000;
const today = () => Outbox.today();
const rules = () => import('./judge.js');
const photos = () => import('./photo-field.js');
const meterOf = async (form) => (await known).find((meter) => meter.id === form.elements.meter_id.value);

export async function open(form) {
  const meter = await meterOf(form);
  const pid = await owner;
  const input = form.elements.value;
  if (!meter || !pid) return;
  const draft = (await Outbox.owned('drafts', pid)).find((one) => one.form_key === meter.id);
  if (draft && !input.value) input.value = draft.fields.value;
  if (input.value) await live(form, meter);
}

/** While typing: what was used, what the button will send, and a draft. */
async function live(form, meter) {
  const { judge, parse } = await rules();
  const value = parse(form.elements.value.value, meter.digits);
  const fine = typeof value === 'number';
  const used = fine ? judge(value, today(), meter.last, meter).used : null;
  const said = form.querySelector('[data-usage]');
  const button = form.querySelector('[data-send]');
  if (said) said.textContent = used === null ? '' : word('used', { used: number(used) });
  if (button) button.textContent = fine ? word('send', { value: drums(value, meter.digits) }) : word('send-plain');
}

async function typed({ target }) {
  const form = target.closest?.(SELECTOR);
  if (form && works && target.name === 'photo') photos().then(({ choose }) => choose(form)).catch(() => {});
  if (!form || target.name !== 'value' || !works) return;
  clear(form);
  const [meter, pid] = [await meterOf(form), await owner];
  if (!meter || !pid) return;
  await live(form, meter).catch(() => {});
  const draft = { owner_pid: pid, form_key: meter.id, fields: { value: target.value }, updated_at: Date.now() };
  if (!form.dataset.busy) await Outbox.put('drafts', [draft]).catch(() => {});
}

function clear(form) {
  form.querySelector('.field-wrong')?.classList.remove('field-wrong');
  form.querySelector('.drums-wrong')?.classList.remove('drums-wrong');
  form.querySelectorAll('.wrong, [data-verdict] > *').forEach((node) => node.remove());
  form.elements.value.removeAttribute('aria-invalid');
  dock(form, true);
}

/** The main deed steps aside while a doubt asks for another one. */
function dock(form, shown) {
  const main = form.querySelector('.dock');
  if (main) main.hidden = !shown;
}

/** Between hint and input, as the server says it. */
function mistake(form, kind, digits) {
  const input = form.elements.value;
  const text = kind === 'too_long' ? plural('mistake-too_long', digits) : word(`mistake-${kind}`);
  const said = part('mistake', { text });
  said.id = `${input.id}-error`;
  const field = input.closest('.field');
  field.classList.add('field-wrong');
  input.closest('.drums')?.classList.add('drums-wrong');
  (input.closest('.field > *') ?? input).before(said);
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', [...field.querySelectorAll('.hint, .wrong')].map(({ id }) => id).join(' '));
  input.focus();
}

function doubt(form, verdict, value, meter) {
  const [kind] = verdict.doubts;
  const shown = drums(value, meter.digits);
  const likely = verdict.likely === null ? '' : drums(verdict.likely, meter.digits);
  const [low, high] = (verdict.usual ?? []).map(number);
  const body = {
    before_last: () => word('doubt-early', { day: day(meter.last.taken_on) }),
    not_moving: () => word('doubt-still', { day: day(meter.last.since) }),
  }[kind] ?? (() => (verdict.used === null ? word('doubt-less', { last: drums(meter.last.value, meter.digits) })
    : word('doubt-amount', { used: number(verdict.used), low, high })));
  const said = part('doubt', {
    title: word(`doubt-${kind}`),
    body: body(),
    likely: likely && word('doubt-likely', { likely }), fix: likely && word('fix', { likely }),
    confirm: word('confirm', { value: shown }),
  });
  const fix = said.querySelector('[name=fix]');
  fix.value = verdict.likely ?? '';
  said.querySelector('[name=confirmed]').value = value;
  place(form).replaceChildren(said);
  dock(form, false);
  said.focus();
}

function place(form) {
  const found = form.querySelector('[data-verdict]');
  if (found) return found;
  const made = document.createElement('div');
  made.dataset.verdict = '';
  return (form.querySelector('.card') ?? form).appendChild(made);
}

/** The entry's state, repainted until the server has spoken. */
class OutboxOutcome extends HTMLElement {
  connectedCallback() {
    this.setAttribute('role', 'status');
    this.tabIndex = -1;
    this.paint = () => Outbox.get(this.entry.submission_id).then((entry) => entry && this.show(entry)).catch(() => {});
    addEventListener('outbox', this.paint);
    this.show(this.entry); // as it has just been written
    Outbox.painted().then(() => this.focus());
  }

  disconnectedCallback() { removeEventListener('outbox', this.paint); }

  show(entry) {
    const state = this.repeated && entry.state !== 'accepted' ? 'repeated' : stateOf(entry);
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    const { number: no, month: counted, reason } = entry.server ?? {};
    const values = {
      value: drums(entry.value), number: number(no ?? ''), month: counted && month(`${counted}T12:00:00Z`),
      reason: word(`refusal-${reason}`),
    };
    const [title, text] = [word(`outcome-${state}`, values), word(`outcome-${state}-text`, values)];
    const look = { accepted: 'good', rejected: 'bad', blocked: 'bad' }[state] ?? 'plain';
    this.replaceChildren(part(`outcome-${look}`, { title, text }));
    const again = this.querySelector('[data-again]');
    if (again) again.hidden = state !== 'rejected';
    receipt(this, entry);
  }
}
customElements.define('outbox-outcome', OutboxOutcome);

async function save(form, meter, value, confirmed) {
  const { reason, photo, corrects: told } = form.elements;
  const corrects = told?.value ?? new URLSearchParams(location.search).get('corrects');
  const reading = {
    meter_id: meter.id, value: String(value).padStart(meter.digits, '0'), confirmed, corrects,
    reason: confirmed && reason?.value || null,
  };
  const saved = await Outbox.enqueue(await owner, reading);
  const outcome = Object.assign(document.createElement('outbox-outcome'), saved);
  form.replaceWith(outcome);
  await Outbox.painted();
  drain(true);
  if (photo?.files.length) {
    photos().then(({ attach }) => attach(form, saved.entry.submission_id, outcome))
      .catch(() => outcome.after(word('photo-lost')));
  }
  navigator.storage?.persist?.().catch(() => {});
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register('outbox')).catch(() => {});
}

/** The device cannot store: the server may still be there. If not, what was typed stays where it is. */
async function plainly(form, submitter) {
  const asked = isShell || cachedAt ? null : fetch('/healthz', { cache: 'no-store' });
  const reachable = asked && await asked.then((answer) => answer.ok, () => false);
  if (!reachable) {
    place(form).replaceChildren(part('outcome-bad', { title: word('not-saved'), text: word('not-saved-text') }));
    return;
  }
  if (submitter?.name === 'confirmed') {
    const confirmed = { type: 'hidden', name: 'confirmed', value: submitter.value };
    form.append(Object.assign(document.createElement('input'), confirmed));
  }
  form.submit();
}

/** The rules did not come before the network went: digits are kept as they are, and judged where they arrive. */
async function unjudged(form, meter) {
  const text = form.elements.value.value.trim();
  if (!/^[0-9]+$/.test(text) || text.length > meter.digits) throw new TypeError(text);
  return save(form, meter, Number(text), false);
}

async function submit(form, submitter) {
  const [meter, pid] = [await meterOf(form), await owner];
  if (!meter || !pid) return plainly(form, submitter);
  clear(form);
  const judged = await rules().catch(() => null);
  if (!judged) return unjudged(form, meter).catch(() => plainly(form, submitter));
  const { judge, parse } = judged;
  if (submitter?.name === 'fix') form.elements.value.value = String(submitter.value).padStart(meter.digits, '0');
  const value = parse(form.elements.value.value, meter.digits);
  if (typeof value !== 'number') return mistake(form, value, meter.digits);
  const verdict = judge(value, today(), meter.last, meter);
  const confirmed = submitter?.name === 'confirmed' && Number(submitter.value) === value;
  if (verdict.doubts.length && !confirmed) return doubt(form, verdict, value, meter);
  return save(form, meter, value, confirmed).catch(() => plainly(form, submitter));
}

export function listen() {
  document.addEventListener('input', typed);
  // Before htmx and before a second click: one form, one deed at a time.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches(SELECTOR) || !works) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = '1';
    submit(form, event.submitter).finally(() => { delete form.dataset.busy; });
  }, true);
  const openAll = () => document.querySelectorAll(SELECTOR).forEach((form) => open(form).catch(() => {}));
  document.addEventListener('htmx:after:swap', openAll);
  openAll();
  // Before it is needed, and before the network goes.
  const fetched = () => { rules().catch(() => {}); };
  document.addEventListener('focusin', fetched, { once: true });
  setTimeout(fetched, IDLE);
}

export const facts = (meter) => ({
  address: meter.address, serial: meter.serial, account: meter.account,
  last: meter.last ? drums(meter.last.value, meter.digits) : '', last_day: meter.last ? day(meter.last.taken_on) : '',
});

// One door: the digits, what looks odd, the photo; no access; what was done there already.
import { parse } from '../judge.js';
import { day, drums, fill, number, part, plural, word } from '../words.js';
import { row } from './entry.js';
import { bar, leftAt } from './list.js';
import * as position from './position.js';
import { next, sums } from './round.js';
import { say, show, values, wrong } from './screen.js';
import { add, address, state, stopOf } from './state.js';
import { draft, enqueue, meta, painted } from './store.js';
import { judge } from './verdict.js';

const main = document.getElementById('main');
let photo = null;
let busy = false;

/** A second tap is not meant for this door, and not yet for the next one. */
main.addEventListener('click', (event) => {
  if (!busy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

/** #stop/<door>[/<meter> | /no-access] */
export async function stop(id, what, saved) {
  const door = stopOf(id);
  if (!door) { location.replace('#left'); return; }
  leftAt(door);
  photo = null;
  const standing = state.standings.get(id);
  const meter = door.meters.find((one) => one.id === what) ?? door.meters.find((one) => !standing.read.has(one.id));
  if (what === 'no-access' || !door.meters.length) absence(door, standing, saved);
  else if ((standing.done && !what) || !meter) done(door, standing);
  else await reading(door, meter, standing, saved);
}

function open(name, door, back, given = {}) {
  const place = state.round.stops.indexOf(door) + 1;
  const subtitle = word('stop-of', { now: number(place), all: number(state.round.stops.length) });
  return show(name, { title: address(door), subtitle, back, values: given, focus: false });
}

/** What is known of the meter before anything is typed. */
function told(meter) {
  const [last, ...before] = meter.last ?? [];
  const earlier = before.map((one) => `${day(one.on)} – ${drums(one.value, meter.digits)}`.replaceAll(' ', '\u00a0')).join(', ');
  return {
    meter: word('meter', meter), last: last ? drums(last.value, meter.digits) : '',
    'last-day': last ? word('was', { day: day(last.on) }) : word('never'),
    earlier: earlier && word('earlier', { values: earlier }),
  };
}

async function reading(door, meter, standing, saved) {
  const begun = await meta('draft');
  // From here on nothing is waited for: a form that is seen is a form that listens.
  const form = open('stop', door, '#left', { ...told(meter), note: door.note });
  bar(form, sums(state.round, state.standings));
  form.querySelector('[data-note]').hidden = !door.note;
  form.querySelector('[data-no-access]').href = `#stop/${door.id}/no-access`;
  form.querySelector('.drums').classList.add(`drums-${meter.digits}`);
  form.reason.append(...(state.settings.reasons?.doubt ?? []).map((code) => new Option(word(`doubt-reason-${code}`), code)));
  others(form, door, meter, standing);
  const before = standing.read.get(meter.id);
  if (begun?.meter_id === meter.id) form.elements.value.value = begun.value;
  else if (before) form.elements.value.value = before.value;
  form.addEventListener('click', (event) => pressed(event, form, door, meter, saved));
  form.addEventListener('input', () => typed(form, meter));
  form.photo.addEventListener('change', () => taken(form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keep(form, door, meter, before, saved);
  });
  const place = () => values(form, { position: position.words() });
  place();
  position.refresh(place);
  look(form, meter);
  form.elements.value.focus({ preventScroll: true });
}

/** Several meters behind one door: each has its own way. */
function others(form, door, meter, standing) {
  if (door.meters.length < 2) return;
  const nav = form.querySelector('[data-meters]');
  nav.hidden = false;
  nav.append(...door.meters.map((one) => {
    const link = document.createElement('a');
    link.href = `#stop/${door.id}/${one.id}`;
    link.textContent = `№ ${one.serial}${standing.read.has(one.id) ? ' ✓' : ''}`;
    if (one === meter) link.setAttribute('aria-current', 'page');
    return link;
  }));
}

function pressed(event, form, door, meter, saved) {
  const button = event.target.closest('button[type=button]');
  if (!button) return;
  const input = form.elements.value;
  if (button.closest('.keypad')) {
    if (button.value === 'clear') input.value = '';
    else if (button.value === 'back') input.value = input.value.slice(0, -1);
    else if (input.value.length < meter.digits) input.value += button.value;
    typed(form, meter);
  }
  const deeds = {
    'drop-photo': () => drop(form),
    position: () => position.toggle(() => values(form, { position: position.words() })),
    note: () => note(form, door, saved),
    fix: () => { form.classList.remove('doubted'); form.querySelector('[data-doubt]').hidden = true; form.elements.value.focus(); },
  };
  deeds[button.dataset.do]?.();
}

/** While typing: what was used, what looks odd, and a draft for the phone that closes the page under the camera. */
function typed(form, meter) {
  mistake(form, '');
  look(form, meter);
  draft({ meter_id: meter.id, value: form.elements.value.value }).catch(() => {});
}

/** Judged when the drums are full; fewer digits are only judged when they are to be kept. */
function look(form, meter, whole = form.elements.value.value.trim().length >= meter.digits) {
  const value = parse(form.elements.value.value, meter.digits);
  const verdict = typeof value === 'number' && whole ? judge(value, meter) : { used: null, doubt: null };
  const { low, high } = meter.usual ?? {};
  const amounts = { used: number(verdict.used ?? ''), low: number(low ?? ''), high: number(high ?? '') };
  const known = verdict.used !== null && !verdict.doubt;
  values(form, { used: known ? word(meter.usual ? 'used-usual' : 'used', amounts) : '' });
  form.querySelector('[data-fill=used]').hidden = false;
  form.querySelector('.drums').classList.toggle('drums-wrong', Boolean(verdict.doubt));
  const place = form.querySelector('[data-doubt]');
  place.hidden = !verdict.doubt;
  form.classList.toggle('doubted', Boolean(verdict.doubt));
  if (verdict.doubt) doubt(form, meter, verdict.doubt, amounts);
  return { value, ...verdict };
}

function doubt(form, meter, kind, amounts) {
  const last = meter.last[0].value;
  const turn = 10 ** meter.digits;
  const [from, to] = [meter.usual?.low, meter.usual?.high].map((m3) => m3 !== undefined && drums((last + m3) % turn, meter.digits));
  values(form, {
    doubt: word(`doubt-${kind}`, { ...amounts, last: drums(last, meter.digits) }),
    expected: from ? word('expected', { low: from, high: to }) : word('expected-none'),
  });
  form.querySelector('[data-no-photo]').hidden = Boolean(photo) || !state.settings.photo_on_doubt;
}

function mistake(form, text) {
  form.querySelector('[data-mistake]').hidden = !text;
  values(form, { mistake: text });
  const input = form.elements.value;
  if (text) {
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  } else input.removeAttribute('aria-invalid');
  input.setAttribute('aria-describedby', text ? 'value-error value-said' : 'value-said');
}

/** Shrunk here already: a phone keeps hundreds of them. */
async function taken(form) {
  const [file] = form.photo.files;
  if (!file) return;
  const { shrink } = await import('../photo.js');
  photo = await shrink(file);
  const line = form.querySelector('[data-photo]');
  line.hidden = false;
  const image = line.querySelector('img');
  image.onload = () => URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(photo);
  form.querySelector('[data-no-photo]')?.setAttribute('hidden', '');
  if (form.querySelector('#photo-error')) wrong(form, 'photo-wrong', '');
}

function drop(form) {
  photo = null;
  form.photo.value = '';
  form.querySelector('[data-photo]').hidden = true;
  const excuse = form.querySelector('[data-no-photo]');
  if (excuse) excuse.hidden = !state.settings.photo_on_doubt;
}

/** An odd value needs its reason and its photo, or a word why there is none. The first thing missing is said. */
function missing(form, verdict) {
  const excused = form.no_photo.checked && !form.querySelector('[data-no-photo]').hidden;
  const needs = state.settings.photo_on_doubt && !photo;
  const why = [
    [verdict.doubt && !form.reason.value, 'reason-wrong', 'reason-missing', form.reason],
    [verdict.doubt && needs && !excused, 'photo-wrong', 'photo-missing', null],
    [verdict.doubt && needs && excused && !form.words.value.trim(), 'photo-wrong', 'words-missing', null],
  ];
  const first = why.find(([is]) => is);
  wrong(form, 'reason-wrong', first?.[1] === 'reason-wrong' ? word(first[2]) : '', form.reason);
  wrong(form, 'photo-wrong', first?.[1] === 'photo-wrong' ? word(first[2]) : '');
  if (!first) return false;
  if (first[2] === 'words-missing') {
    form.querySelector('[data-more]').open = true;
    form.words.focus();
  } else if (!first[3]) form.querySelector('[data-doubt]').scrollIntoView({ block: 'nearest' });
  return true;
}

function keep(form, door, meter, before, saved) {
  const verdict = look(form, meter, true);
  if (typeof verdict.value !== 'number') {
    const kind = verdict.value;
    mistake(form, kind === 'too_long' ? plural('mistake-too_long', meter.digits) : word(`mistake-${kind}`));
    return undefined;
  }
  if (missing(form, verdict)) return undefined;
  const value = form.elements.value.value.replace(/\s/g, '');
  return store({
    kind: 'reading', meter_id: meter.id, value, reason: verdict.doubt ? form.reason.value : null,
    words: form.words.value.trim() || null, corrects: before?.id,
  }, door, saved, drums(verdict.value, meter.digits));
}

function note(form, door, saved) {
  const words = form.words.value.trim();
  if (!words) { say(word('note-missing'), true); form.words.focus(); return undefined; }
  return store({ kind: 'note', words }, door, saved, word('note'), true);
}

/** On the disk first; only then is anything said, and the next door opened. */
async function store(typed, door, saved, what, stays = false) {
  if (busy) return;
  busy = true;
  try {
    const at = { owner: state.settings.owner.id, round_id: state.round.id, stop_id: door.id };
    const { entry, repeated } = await enqueue({ ...typed, ...at, position: position.current() }, photo);
    say(word(repeated ? 'repeated' : 'saved', { what }));
    await painted();
    if (!stays) main.firstElementChild.inert = true; // not before the words: it restyles the whole screen
    if (!repeated) add(entry);
    draft(null).catch(() => {});
    saved();
    go(door, stays);
  } catch {
    say(word('not-saved'), true);
  } finally {
    busy = false;
  }
}

/** Another meter behind this door, else the next door, else the list. The way back leads past what is done. */
function go(door, stays) {
  if (stays) return;
  const standing = state.standings.get(door.id);
  const ahead = standing.done ? next(state.round, state.standings, door.id) : door;
  const where = ahead ? `#stop/${ahead.id}` : '#left';
  if (location.hash === where) dispatchEvent(new Event('hashchange'));
  else location.replace(where);
}

function done(door, standing) {
  const screen = open('stop-done', door, '#left');
  screen.querySelector('[data-entries]').append(...standing.entries.map((entry) => row(entry, { at: false })));
  screen.querySelector('[data-again]').append(...door.meters.map((meter) => {
    const link = document.createElement('a');
    link.className = 'button button-second button-s';
    link.href = `#stop/${door.id}/${meter.id}`;
    link.textContent = word(standing.read.has(meter.id) ? 'correct' : 'read-again', meter);
    return link;
  }));
  const ahead = next(state.round, state.standings, door.id);
  values(screen, { next: ahead ? word('next', { place: address(ahead) }) : word('to-list') });
  screen.querySelector('.dock a').href = ahead ? `#stop/${ahead.id}` : '#left';
  main.focus({ preventScroll: true });
}

function absence(door, standing, saved) {
  const form = open('absence', door, door.meters.length ? `#stop/${door.id}` : '#left');
  const reasons = state.settings.reasons?.no_access ?? [];
  const order = ['nobody', 'refused', 'closed', 'dog', 'demolished', 'other'];
  const sorted = [...reasons].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  form.querySelector('[data-reasons]').append(...sorted.map((code) => {
    const choice = part('reason', { text: word(`absence-${code}`) });
    choice.querySelector('input').value = code;
    return choice;
  }));
  const before = standing.absent;
  form.elements.card_left.checked = before ? Boolean(before.card_left) : true;
  if (before) form.querySelector(`[value="${before.reason}"]`).checked = true;
  form.words.value = before?.words ?? '';
  form.photo.addEventListener('change', () => taken(form));
  form.addEventListener('click', (event) => event.target.closest('[data-do=drop-photo]') && drop(form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const reason = new FormData(form).get('reason');
    fill(form, { wrong: reason ? '' : word('why-missing') });
    if (!reason) { form.querySelector('[name=reason]').focus(); return; }
    const card = form.elements.card_left.checked && reason !== 'demolished';
    store({
      kind: 'no_access', reason, card_left: card, words: form.words.value.trim() || null, corrects: before?.id,
    }, door, saved, word('no-access'));
  });
  position.refresh(() => {});
  main.focus({ preventScroll: true });
}


// One record in words: what was written down, where it is now, what can be done with it.
import { drums, fill, moment, number, part, word } from '../words.js';
import { address, anyStop } from './state.js';

const OURS = ['queued', 'rejected', 'blocked'];

function stateOf({ state, attempts, last_error: error, server }) {
  // Blind tries while nobody answers are not told each time.
  if (state === 'sending' && error === 'offline' && attempts > 1) return 'queued';
  return state === 'accepted' && !server?.number ? 'accepted-plain' : state;
}

function more({ state, server, photo, last_error: error }) {
  const told = [
    state === 'accepted' && server?.standing === false && 'more-beside',
    state === 'accepted' && server?.doubts?.length > 0 && 'more-doubt',
    state === 'blocked' && (error === 'owner_mismatch' ? 'more-owner' : 'more-blocked'),
    photo === 'queued' && state !== 'replaced' && 'more-photo',
    photo === 'refused' && 'more-photo-refused',
  ];
  return told.filter(Boolean).map((name) => word(name)).join(' ');
}

const reason = (server) => word(`refusal-${server?.reason}`) || word('refusal-other');

/** `at` names the door; without it the list already stands under one. */
export function row(entry, { at = true } = {}) {
  const door = anyStop(entry.stop_id);
  const meter = door?.meters.find((one) => one.id === entry.meter_id);
  const why = {
    no_access: [word('no-access-because', { reason: word(`absence-${entry.reason}`) }), entry.card_left && word('card')],
    note: [word('note')], reading: [meter && word('meter', meter)],
  }[entry.kind];
  const details = [...why, entry.words].filter(Boolean).join(' · ');
  const place = door ? address(door) : word('a-door');
  const made = part('entry', {
    address: at ? place : details, value: entry.kind === 'reading' ? drums(entry.value, meter?.digits) : '',
    taken: [at && details, word('taken', { moment: moment(entry.taken_at) })].filter(Boolean).join(' · '),
    more: more(entry),
  });
  made.dataset.id = entry.id;
  const now = stateOf(entry);
  const text = word(`state-${now}`, { number: number(entry.server?.number ?? ''), reason: reason(entry.server) });
  made.querySelector('[data-state]').append(part(`badge-${entry.state}`, { text }));
  const correct = made.querySelector('[data-correct]');
  correct.hidden = !door || entry.state === 'replaced' || entry.kind === 'note';
  correct.href = `#stop/${entry.stop_id}/${entry.kind === 'no_access' ? 'no-access' : entry.meter_id}`;
  made.querySelector('[data-do=remove]').hidden = !OURS.includes(entry.state);
  return fill(made, {});
}

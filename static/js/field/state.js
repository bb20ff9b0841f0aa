// What is on the screen's mind while the round is open: the rounds in clear, the entries, the chosen round.
import { word } from '../words.js';
import * as lock from './lock.js';
import { entries, metas, remember } from './store.js';
import { progress } from './round.js';

export const state = { rounds: [], round: null, entries: [], standings: new Map(), settings: {} };

const SETTINGS = ['owner', 'reasons', 'photo_on_doubt', 'current_round'];

/** After the code was right, and whenever another round has come. */
export async function load() {
  const rounds = await lock.open();
  rounds.forEach((round) => round.stops.sort((a, b) => a.seq - b.seq));
  rounds.sort((a, b) => a.day.localeCompare(b.day));
  state.settings = await metas(SETTINGS);
  state.rounds = rounds;
  state.round = rounds.find((round) => round.id === state.settings.current_round) ?? rounds[0] ?? null;
  await refresh();
}

/** After the queue has moved. */
export async function refresh() {
  state.entries = await entries();
  count();
}

/** A new entry without asking the store for all of them. */
export function add(entry) {
  const gone = state.entries.find((one) => one.id === entry.corrects);
  if (gone && ['queued', 'blocked', 'rejected'].includes(gone.state)) gone.state = 'replaced';
  state.entries.push(entry);
  count();
}

function count() {
  if (state.round) state.standings = progress(state.round, state.entries);
}

export function forget() {
  Object.assign(state, { rounds: [], round: null, standings: new Map() });
}

export async function choose(id) {
  state.round = state.rounds.find((round) => round.id === id) ?? state.round;
  count();
  await remember({ current_round: state.round.id });
}

export const stopOf = (id) => state.round?.stops.find((stop) => stop.id === id);
export const anyStop = (id) => state.rounds.flatMap((round) => round.stops).find((stop) => stop.id === id);
export const house = ({ house: number, flat }) => word(flat ? 'flat' : 'house', { house: number, flat });
export const address = ({ street, house: number, flat }) => (
  word(flat ? 'flat-of' : 'house-of', { street, house: number, flat }));

// The doors of the day: the street of the next one stands open, the others unfold when they are asked for.
import { day, drums, number, part, word } from '../words.js';
import { matches, next, streets, sums } from './round.js';
import { show, values } from './screen.js';
import { address, choose, house, state } from './state.js';

const TABS = { left: (one) => !one.done || one.wrong, done: (one) => one.done, all: () => true };
/** Rows that a search unfolds by itself. */
const MOST = 60;
const seen = { find: '', open: new Set(), last: '' };

export function list(tab, waits) {
  const { round, standings } = state;
  const total = sums(round, standings);
  const text = { all: number(total.all), done: number(total.done) };
  const screen = show('list', {
    title: word('round-of', { day: day(`${round.day}T12:00:00Z`) }), subtitle: round.title,
    values: {
      sum: word('sum', text), read: word('read-sum', { read: number(total.read), absent: number(total.absent) }),
      waits: waits ? word('unsent', { count: number(waits) }) : '',
    },
  });
  bar(screen, total);
  tabs(screen, tab, total);
  roundsOf(screen);
  const field = screen.querySelector('#find');
  field.value = seen.find;
  field.addEventListener('input', () => { seen.find = field.value; paint(screen, tab); });
  paint(screen, tab);
}

export function bar(screen, total) {
  const node = screen.querySelector('[data-bar]');
  Object.assign(node, { max: Math.max(1, total.all), value: total.done });
  node.setAttribute('aria-label', word('bar', { done: number(total.done), all: number(total.all) }));
}

function tabs(screen, tab, total) {
  for (const link of screen.querySelectorAll('[data-tab]')) {
    link.textContent = word(`tab-${link.dataset.tab}`, { count: number(total[link.dataset.tab]) });
    if (link.dataset.tab === tab) link.setAttribute('aria-current', 'page');
  }
}

function roundsOf(screen) {
  const place = screen.querySelector('[data-rounds]');
  place.hidden = state.rounds.length < 2;
  const field = place.querySelector('select');
  field.replaceChildren(...state.rounds.map((round) => {
    const text = [word('round-of', { day: day(`${round.day}T12:00:00Z`) }), round.title].filter(Boolean).join(' · ');
    return new Option(text, round.id, false, round.id === state.round.id);
  }));
  field.addEventListener('change', () => choose(field.value).then(() => dispatchEvent(new Event('hashchange'))));
}

/** The streets of the chosen doors; what is searched for is unfolded, as far as a screen or two go. */
function paint(screen, tab) {
  const { round, standings } = state;
  const find = seen.find.trim();
  const chosen = round.stops.filter((stop) => (find ? matches(stop, find) : TABS[tab](standings.get(stop.id))));
  const ahead = next(round, standings, seen.last);
  if (!seen.open.size && ahead) seen.open.add(ahead.street);
  const all = new Map(streets(round.stops, standings).map((one) => [one.street, one]));
  let unfolded = 0;
  const made = streets(chosen, standings).map(({ street, stops }) => {
    const whole = all.get(street);
    const sum = word('sum', { done: number(whole.done), all: number(whole.stops.length) });
    const card = part('street', { street, sum });
    const rows = () => {
      if (!card.querySelector('li')) card.querySelector('ul').append(...stops.map((stop) => row(stop, ahead)));
    };
    card.open = find ? unfolded < MOST : seen.open.has(street) || chosen.length < 8;
    if (card.open) unfolded += stops.length;
    if (card.open) rows();
    card.addEventListener('toggle', () => {
      if (card.open) rows();
      if (!find) seen.open[card.open ? 'add' : 'delete'](street);
    });
    return card;
  });
  screen.querySelector('[data-streets]').replaceChildren(...made);
  const none = screen.querySelector('[data-empty]');
  none.hidden = made.length > 0;
  if (!made.length) values(none, { empty: word(`empty-${find ? 'find' : tab}`) });
  const dock = screen.querySelector('[data-next]');
  dock.hidden = !ahead;
  if (!ahead) return;
  values(dock, { next: word('next', { place: address(ahead) }) });
  dock.querySelector('a').href = `#stop/${ahead.id}`;
}

/** Where the next door is looked for from. */
export const leftAt = (stop) => {
  seen.last = stop.id;
  seen.open.add(stop.street);
};

function row(stop, ahead) {
  const one = state.standings.get(stop.id);
  const kind = one.wrong ? 'wrong' : one.absent ? 'absent' : one.done ? 'read' : stop.note ? 'note' : 'left';
  const about = one.absent ? [word(`absence-${one.absent.reason}`), one.absent.card_left && word('card')]
    : [stop.note, ...stop.meters.map((meter) => word('meter', meter))];
  const reading = stop.meters.length === 1 && one.read.get(stop.meters[0].id);
  const made = part(`door-${kind}`, {
    house: house(stop), about: about.filter(Boolean).join(' · '),
    value: reading ? drums(reading.value, stop.meters[0].digits) : stop.id === ahead?.id ? word('here') : '',
  });
  made.classList.toggle('here', stop.id === ahead?.id);
  made.querySelector('a').href = `#stop/${stop.id}`;
  return made;
}

// A round as the screen needs it: what is done, what is left, street by street. No screen, no database.

const SPOILT = ['replaced', 'rejected'];

/** What stands for each stop: {entries, done, absent, wrong}; `entries` are all of the device, in their order. */
export function progress(round, entries) {
  const of = new Map(round.stops.map((stop) => [stop.id, []]));
  for (const entry of entries) of.get(entry.stop_id)?.push(entry);
  return new Map(round.stops.map((stop) => [stop.id, standing(stop, of.get(stop.id))]));
}

function standing(stop, entries) {
  const live = entries.filter((entry) => !SPOILT.includes(entry.state) && entry.kind !== 'note');
  const read = new Map(live.filter((entry) => entry.kind === 'reading').map((entry) => [entry.meter_id, entry]));
  const absent = live.findLast((entry) => entry.kind === 'no_access');
  const wrong = entries.some((entry) => entry.state === 'rejected');
  const all = stop.meters.every((meter) => read.has(meter.id)) && stop.meters.length > 0;
  return { entries, read, absent: all ? undefined : absent, wrong, done: all || Boolean(absent) };
}

export function sums(round, standings) {
  const all = [...standings.values()];
  const done = all.filter((one) => one.done).length;
  const absent = all.filter((one) => one.absent).length;
  return { all: all.length, done, left: all.length - done, absent, read: done - absent };
}

/** [{street, stops, done}] in the order of the round. */
export function streets(stops, standings) {
  const found = new Map();
  for (const stop of stops) {
    const one = found.get(stop.street) ?? { street: stop.street, stops: [], done: 0 };
    one.stops.push(stop);
    if (standings.get(stop.id).done) one.done += 1;
    found.set(stop.street, one);
  }
  return [...found.values()];
}

const plain = (text) => String(text ?? '').toLowerCase().replace(/[’ʼ'`]/g, '’');
const bare = (text) => String(text ?? '').replace(/[\s-]/g, '').toLowerCase();

/** Every word of the search is in the street, or begins the house or the flat; four digits may be of a meter number. */
export function matches(stop, text) {
  const words = plain(text).split(/[\s,]+/).filter(Boolean);
  return words.every((word) => plain(stop.street).includes(word)
    || [stop.house, stop.flat].some((one) => one && plain(one).startsWith(word))
    || (word.length > 3 && stop.meters.some((meter) => bare(meter.serial).includes(bare(word)))));
}

/** The first door that is left after this one, else from the beginning. */
export function next(round, standings, from) {
  const at = round.stops.findIndex((stop) => stop.id === from);
  const turned = [...round.stops.slice(at + 1), ...round.stops.slice(0, at + 1)];
  return turned.find((stop) => !standings.get(stop.id).done && stop.id !== from);
}

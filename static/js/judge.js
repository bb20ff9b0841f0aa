// The verdict of a typed reading on the device: the same as rules/readings.py, to the unit.
// `last.since`: the first of the readings in a row that showed this value.
// Volumes are whole m³, flows litres; days are "YYYY-MM-DD"; tests/cases/readings.json runs in both.

const UNUSUAL = 3;
const ALWAYS_USUAL = 10000;
const HEATING_MONTHS = [9, 10, 11, 0, 1, 2, 3];
const CONSIDERABLE = 30000;
const DAY = 86400000;

/** The drums as people write them, or the word of the mistake: empty, fraction, not_digits, too_long. */
export function parse(text, digits) {
  const bare = text.replace(/[ \t\r\n\u00a0\u2007\u2009\u202f]/g, '');
  if (!bare) return 'empty';
  if (/^[0-9]+[.,][0-9]*$/.test(bare)) return 'fraction';
  if (!/^[0-9]+$/.test(bare)) return 'not_digits';
  return bare.length <= digits ? Number(bare) : 'too_long';
}

/** `last` is {value, taken_on} or null, `dial` has digits, max_hourly_litres and daily_litres. */
export function judge(value, takenOn, last, dial) {
  if (!last) return { used: null, usual: null, expected: null, doubts: [], likely: null };
  const round = 10 ** dial.digits;
  const { usual, heating, days } = usualBetween(last.taken_on, takenOn, dial.daily_litres);
  const between = [whole(usual + 1000, 2000), Math.min(whole(3 * usual + 1000, 2000), round - 1)];
  const used = (value - last.value + round) % round;
  const capacity = dial.max_hourly_litres * 24 * days;
  const still = value === last.value && last.since < last.taken_on;
  const odd = still && usualBetween(last.since, takenOn, dial.daily_litres).heating >= CONSIDERABLE
    ? ['not_moving'] : oddities(used * 1000, value < last.value, usual, heating, capacity);
  const early = takenOn < last.taken_on;
  const asks = odd.length > 0 && odd.join() !== 'rolled_over' && used > 0 && !early;
  const slip = asks ? slipOf(value, last.value, between, dial.digits) : null;
  return {
    used: odd.includes('below_last') ? null : used,
    usual: between,
    expected: between.map((m3) => (last.value + m3) % round),
    doubts: slip ? [slip.doubt, ...odd] : early ? ['before_last', ...odd] : odd,
    likely: slip ? slip.likely : null,
  };
}

function oddities(used, below, usual, heating, capacity) {
  if (below && used > capacity) return ['below_last'];
  const odd = below ? ['rolled_over'] : [];
  if (used > capacity) odd.push('beyond_capacity');
  else if (used > Math.max(UNUSUAL * usual, ALWAYS_USUAL)) odd.push('unusually_high');
  else if (heating >= CONSIDERABLE && used * 4 < heating) odd.push('unusually_low');
  return odd;
}

function usualBetween(start, end, dailyLitres) {
  const from = Date.parse(start);
  const to = Math.max(Date.parse(end), from + DAY);
  let usual = 0;
  let heating = 0;
  for (let day = from; day < to;) {
    const date = new Date(day);
    const month = date.getUTCMonth();
    const until = Math.min(Date.UTC(date.getUTCFullYear(), month + 1, 1), to);
    const litres = dailyLitres[month] * ((until - day) / DAY);
    usual += litres;
    if (HEATING_MONTHS.includes(month)) heating += litres;
    day = until;
  }
  return { usual, heating, days: (to - from) / DAY };
}

function slipOf(value, last, [low, high], digits) {
  const round = 10 ** digits;
  const drums = String(value).padStart(digits, '0');
  const typed = String(value);
  const slips = {
    swapped_digits: places(drums.length - 1, (n) => drums.slice(0, n) + drums[n + 1] + drums[n] + drums.slice(n + 2)),
    fraction_typed: [10, 100, 1000].map((by) => whole(value, by)),
    extra_digit: typed.length > 1 ? places(typed.length, (n) => typed.slice(0, n) + typed.slice(n + 1)) : [],
    missing_digit: places(10 * (typed.length + 1), (n) => {
      const at = whole(n, 10);
      return typed.slice(0, at) + (n % 10) + typed.slice(at);
    }),
  };
  for (const [doubt, candidates] of Object.entries(slips)) {
    const usual = new Set(candidates.map(Number).filter((candidate) => {
      const used = (candidate - last + round) % round;
      return candidate !== value && candidate < round && low <= used && used <= high;
    }));
    if (usual.size) return { doubt, likely: usual.size === 1 ? [...usual][0] : null };
  }
  return null;
}

const whole = (litres, by) => Math.floor(litres / by);
const places = (count, build) => Array.from({ length: count }, (_, n) => build(n));

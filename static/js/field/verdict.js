// What a typed value looks like at the door, told at once. Whole m³; tests/cases/verdicts.json runs it.

/** `meter` has digits, last [{value, on}] and usual {low, high} of what could have been used since. */
export function judge(value, meter) {
  const last = meter.last?.[0];
  if (!last) return { used: null, doubt: null };
  const { low, high } = meter.usual ?? {};
  const before = Number(last.value);
  if (value < before) {
    const through = value + 10 ** meter.digits - before;
    const passed = high !== undefined && through <= high;
    return { used: passed ? through : null, doubt: passed ? 'rolled_over' : 'below_last' };
  }
  const used = value - before;
  return { used, doubt: meter.usual ? amount(used, low, high) : null };
}

function amount(used, low, high) {
  if (used > high) return 'high';
  if (used >= low) return null;
  return used === 0 ? 'none' : 'low';
}

// Where the phone is: asked for only when the person presses the button, and never waited for.
import { number, word } from '../words.js';
import { meta, remember } from './store.js';

const FRESH = 120000;
let found = null;
let told = 'off';

export const current = () => {
  const fresh = found && Date.now() - found.at < FRESH;
  return fresh ? { lat: found.lat, lon: found.lon, accuracy: found.accuracy } : null;
};

export const words = () => word(`position-${told}`, { metres: number(Math.round(found?.accuracy ?? 0)) });

/** By the person's tap: on, and off again. */
export async function toggle(repaint) {
  const on = !(await meta('position'));
  await remember({ position: on });
  if (on) look(repaint);
  else { found = null; told = 'off'; repaint(); }
}

/** At each door, if it was switched on; the answer comes when it comes. */
export async function refresh(repaint) {
  if (await meta('position')) look(repaint);
}

function look(repaint) {
  if (!navigator.geolocation) { told = 'denied'; repaint(); return; }
  told = current() ? 'on' : 'asking';
  repaint();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    found = { at: Date.now(), lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy };
    told = 'on';
    repaint();
  }, ({ code }) => {
    told = code === 1 ? 'denied' : 'off';
    if (code === 1) remember({ position: false });
    repaint();
  }, { enableHighAccuracy: true, maximumAge: 60000, timeout: 15000 });
}

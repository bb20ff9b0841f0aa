// How safe the queue is on this device: whether the browser has promised not to erase it, and how long it waits already.
import { say } from './banners.js';
import { fill, part, plural, word } from './words.js';

const HOUR = 3600000;
const PATIENCE = 2000;

/** persisted, best-effort, apple (a tab that Safari clears after a week), or nothing where the browser does not say. */
async function state() {
  if (navigator.standalone === false) return 'apple';
  const asked = navigator.storage?.persisted?.();
  if (!asked) return null;
  const silent = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  const kept = await Promise.race([asked, silent]);
  return kept === undefined ? null : kept ? 'persisted' : 'best-effort';
}

/** On the list of what waits: in words, and a button where the browser can still be asked. */
export async function tell(list) {
  const now = await state();
  const place = list.querySelector('[data-storage]');
  place.hidden = !now;
  if (!now) return;
  fill(place, { storage: word(`storage-${now}`) });
  place.querySelector('button').hidden = now !== 'best-effort' || !navigator.storage.persist;
}

/** Firefox asks the person; Chromium decides by itself, and says so only by its answer. */
export async function persist(list) {
  const given = await navigator.storage.persist().catch(() => false);
  list.say(word(given ? 'storage-given' : 'storage-refused'));
  await tell(list);
}

/** Unsent for a day, for three: said above every page. */
export async function sayOld(pid) {
  const ages = (await Outbox.list(pid, Outbox.UNSENT)).map((entry) => (Date.now() - Date.parse(entry.taken_at)) / HOUR);
  const hours = [72, 24].find((limit) => ages.some((age) => age >= limit));
  const count = ages.filter((age) => age >= hours).length;
  say('old', hours && part('banner-old', { title: plural(`old-${hours}`, count), text: word(`old-${hours}-text`) }));
}

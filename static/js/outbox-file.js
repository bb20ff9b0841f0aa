// The way out when nothing can be sent: a file that this or another device of the person can take in.
import './photo-queue.js';
import { drain, owner } from './device.js';
import { plural, word } from './words.js';

const MINUTE = 60000;
const MOST_PHOTOS = 20;
const toText = (body) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(',')[1]);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(new Blob([body]));
});
const toBody = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;

/** With their photos, the readings that have not been accepted; and photos whose reading has. */
export async function download() {
  const pid = await owner;
  const [entries, waiting] = await Promise.all([Outbox.list(pid, Outbox.UNSENT), Outbox.owned('photos', pid)]);
  const queued = waiting.filter((photo) => photo.state === 'queued').slice(0, MOST_PHOTOS);
  const photos = await Promise.all(queued.map(async (photo) => ({
    ...photo, body: await toText(await Outbox.photos.bodyOf(photo)),
  })));
  const text = JSON.stringify({ outbox: 1, saved_at: new Date().toISOString(), entries, photos }, null, 1);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `blakyt-${entries.length}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), MINUTE);
}

/** What to say of it. A file of somebody else, or one that was changed, is not taken in at all. */
export async function read(file) {
  const pid = await owner;
  try {
    const { outbox, entries, photos = [] } = JSON.parse(await file.text());
    const whole = async (entry) => entry.owner_pid === pid && await Outbox.digest(entry) === entry.digest;
    const fine = await Promise.all(entries.map(whole));
    if (outbox !== 1 || fine.includes(false)) throw new TypeError('not ours');
    const taken = await takeIn(entries, photos.filter((photo) => photo.owner_pid === pid));
    drain(true);
    return plural('read', taken);
  } catch {
    return word('unread');
  }
}

const takeIn = (entries, photos) => Outbox.run(['outbox', 'photos', 'bodies', 'meta', 'log'], 'readwrite', async (tx) => {
  const [store, pictures, bodies] = ['outbox', 'photos', 'bodies'].map((name) => tx.objectStore(name));
  let taken = 0;
  for (const entry of entries) {
    if (await Outbox.result(store.get(entry.submission_id))) continue;
    store.add({ ...entry, ...await Outbox.place(tx), state: 'queued', attempts: 0, next_try_at: 0, server: undefined });
    await Outbox.note(tx, entry.submission_id, 'queued', 'file');
    taken += 1;
  }
  for (const { body, ...photo } of photos) {
    pictures.put({ ...photo, attempts: 0, next_try_at: 0 });
    bodies.put(toBody(body), photo.photo_id);
  }
  return taken;
}).then((taken) => { Outbox.changed(); return taken; });

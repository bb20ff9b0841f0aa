// The way out when nothing can be sent: a file that this or another phone takes in, under the same ids.
import { plural, word } from '../words.js';
import { changed, digest, entries, photo, photosWaiting, result, run, UNSENT } from './store.js';

const MINUTE = 60000;

const coded = (bytes) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(',')[1]);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(new Blob([bytes]));
});
const decoded = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;

/** With the photos that wait; a piece at a time, because there may be hundreds. */
export async function download() {
  const waiting = await entries(UNSENT);
  const [at, told] = [new Date().toISOString(), waiting].map((part) => JSON.stringify(part));
  const pieces = [`{"round":1,"saved_at":${at},"entries":${told},"photos":[`];
  let first = true;
  for (const id of await photosWaiting()) {
    const { bytes, ...row } = await photo(id);
    pieces.push(first ? '' : ',', JSON.stringify({ ...row, data: await coded(bytes) }));
    first = false;
  }
  pieces.push(']}');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(pieces, { type: 'application/json' }));
  link.download = `round-${waiting.length}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), MINUTE);
}

/** What there is to say about the file. */
export async function read(file) {
  try {
    const told = JSON.parse(await file.text());
    const whole = await Promise.all(told.entries.map(async (entry) => await digest(entry) === entry.digest));
    if (told.round !== 1 || whole.includes(false)) throw new TypeError('not ours');
    const photos = told.photos.map(({ data, ...row }) => ({ ...row, bytes: decoded(data) }));
    return plural('read', await takeIn(told.entries, photos));
  } catch {
    return word('unread');
  }
}

const takeIn = (given, photos) => run(['entries', 'photos', 'meta'], 'readwrite', async (tx) => {
  const [done, kept, notes] = ['entries', 'photos', 'meta'].map((name) => tx.objectStore(name));
  let seq = (await result(notes.get('seq')))?.v ?? 0;
  let taken = 0;
  for (const entry of given) {
    if (await result(done.get(entry.id))) continue;
    seq += 1;
    taken += 1;
    done.add({ ...entry, seq, state: 'queued', attempts: 0, next_try_at: 0, server: undefined });
  }
  for (const row of photos) if (!await result(kept.get(row.id))) kept.add({ ...row, state: 'held' });
  notes.put({ k: 'seq', v: seq });
  return taken;
}).then((taken) => { changed(); return taken; });

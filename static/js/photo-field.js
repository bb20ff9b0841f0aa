// A photo beside a reading: made smaller as soon as it is chosen, stored when the reading is, sent after it.
import './photo-queue.js';
import { drain, owner } from './device.js';
import { shrink } from './photo.js';
import { number, part, word } from './words.js';

const chosen = new WeakMap();
const KB = 1000;
const PATIENCE = 20000;

/** What stands under the field: the photo as it will be sent, or why it cannot be. */
export async function choose(form) {
  const input = form.elements.photo;
  const place = form.querySelector('[data-photo]');
  place.replaceChildren();
  chosen.delete(form);
  const [file] = input.files;
  if (!file) return;
  const made = shrink(file);
  chosen.set(form, made);
  const small = await made;
  if (chosen.get(form) !== made) return;
  const size = number(Math.max(1, Math.round(small.size / KB)));
  const shown = part('photo', { size: word('photo-size', { size }) });
  const image = shown.querySelector('img');
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => image.remove();
  image.src = URL.createObjectURL(small);
  shown.querySelector('button').onclick = () => {
    input.value = '';
    choose(form);
    input.focus();
  };
  place.replaceChildren(shown);
}

/** After the reading is stored: whatever happens here, that one is safe. */
export async function attach(form, id, outcome) {
  if (!chosen.has(form)) await choose(form);
  const said = part('photo-said');
  said.textContent = word('photo-kept');
  try {
    const waited = new Promise((_, reject) => { setTimeout(reject, PATIENCE); });
    await Outbox.photos.keep(await owner, id, await Promise.race([chosen.get(form), waited]));
  } catch {
    said.textContent = word('photo-lost');
  }
  outcome.after(said);
  drain(true);
}

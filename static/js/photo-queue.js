/* Photos wait apart from their readings, and go after them: a reading never waits for its photo.
   A classic script like outbox.js: the worker has it from its start, a page fetches it when there is a photo. */
(() => {
  'use strict';
  const MINUTE = 60000;
  const { result, run } = Outbox;
  const hex = async (body) => Outbox.hex(new Uint8Array(await crypto.subtle.digest('SHA-256', body)));

  /** Stores one photo of a reading; resolves when it is on the disk. */
  async function keep(owner, submission_id, file) {
    const body = await file.arrayBuffer(); // Safari has lost Blobs out of its database
    const photo = {
      owner_pid: owner, submission_id, photo_id: Outbox.uuid(), type: file.type || 'image/jpeg',
      sha256: await hex(body), at: Date.now(), attempts: 0, next_try_at: 0, state: 'queued',
    };
    await run(['photos', 'bodies', 'log'], 'readwrite', async (tx) => {
      tx.objectStore('photos').add(photo);
      tx.objectStore('bodies').add(body, photo.photo_id);
      await Outbox.note(tx, photo.photo_id, 'photo queued', submission_id);
    });
    Outbox.changed();
  }

  /** Accepted: gone from here. Anything else changes how it stands, and nothing is thrown away. */
  const settle = async (photo, fields, why) => {
    await run(['photos', 'bodies', 'log'], 'readwrite', async (tx) => {
      const store = tx.objectStore('photos');
      const key = [photo.owner_pid, photo.submission_id, photo.photo_id];
      if (!await result(store.getKey(key))) return; // the person has taken it away meanwhile
      if (fields) store.put({ ...photo, ...fields });
      else {
        store.delete(key);
        tx.objectStore('bodies').delete(photo.photo_id);
      }
      await Outbox.note(tx, photo.photo_id, fields?.state ?? 'photo sent', why);
    });
    Outbox.changed();
  };

  /** One context at a time, one photo after another; why it stopped, or nothing. */
  const send = (owner, force) => (navigator.locks
    ? navigator.locks.request('photos', { ifAvailable: true }, (lock) => (lock ? sendAll(owner, force) : undefined))
    : sendAll(owner, force));

  async function sendAll(owner, force) {
    const waiting = (await Outbox.owned('photos', owner)).filter((photo) => photo.state === 'queued');
    const entries = waiting.length ? await Outbox.list(owner) : [];
    for (const photo of waiting) {
      // A reading that never left the device gave way to its correction, and so the photo is of that one.
      let entry = entries.find((one) => one.submission_id === photo.submission_id);
      while (entry?.state === 'replaced' && !entry.server) {
        const { submission_id: id } = entry;
        entry = entries.find((one) => one.corrects === id);
      }
      const known = !entry || ['accepted', 'rejected', 'replaced'].includes(entry.state);
      if (!known || (!force && photo.next_try_at > Date.now())) continue;
      const stop = await post(photo, entry?.submission_id ?? photo.submission_id);
      if (stop) return stop;
    }
    return undefined;
  }

  const bodyOf = ({ photo_id: id }) => run('bodies', 'readonly', (tx) => result(tx.objectStore('bodies').get(id)));

  async function post(photo, reading) {
    const body = await bodyOf(photo);
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), MINUTE);
    const attempts = photo.attempts + 1;
    const later = (wait, stop) => settle(photo, { attempts, next_try_at: Date.now() + wait }, stop).then(() => stop);
    try {
      const response = await fetch(`/api/v1/readings/photos/${photo.photo_id}`, {
        method: 'POST', body, signal: control.signal,
        redirect: 'error', cache: 'no-store', credentials: 'same-origin',
        headers: {
          'Content-Type': photo.type, 'X-Reading': reading, 'X-Partition': photo.owner_pid,
          'X-Device': await Outbox.meta('device_id') ?? '',
        },
      });
      const typed = /^application\/json\b/.test(response.headers.get('Content-Type') ?? '');
      const answer = typed && await response.json().catch(() => null) || {};
      const ours = answer.id === photo.photo_id && answer.sha256 === photo.sha256;
      if (ours && answer.outcome === 'accepted') return await settle(photo, null, 'answered');
      if (ours && ['rejected', 'key_reused'].includes(answer.outcome)) {
        return await settle(photo, { attempts, state: 'refused', reason: answer.reason ?? answer.outcome }, 'answered');
      }
      if (ours && answer.outcome === 'owner_mismatch') return await later(10 * MINUTE);
      if (response.status === 413) {
        return await settle(photo, { attempts, state: 'refused', reason: 'too_large' }, '413');
      }
      const asked = Number(response.headers.get('Retry-After')) * 1000;
      return await later(Math.min(asked || 2000 * 2 ** Math.min(attempts, 8), 60 * MINUTE), `${response.status}`);
    } catch {
      return later(Math.min(2000 * 2 ** Math.min(attempts, 8), 5 * MINUTE), 'offline');
    } finally {
      clearTimeout(timer);
    }
  }

  Outbox.photos ??= { keep, send, bodyOf };
})();

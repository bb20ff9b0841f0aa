// Leaving: pages, meters and drafts go before the server is told; unsent readings only by the person's word.
import { drain, owner } from './device.js';
import { ask, plural, word } from './words.js';

const unsent = async () => Outbox.list(await owner, Outbox.UNSENT);

async function leave() {
  const pid = await owner;
  Outbox.stop();
  await Outbox.remember({ current_pid: '', signed_out_at: Date.now(), pending_sign_out: true });
  await Outbox.wipe(pid);
  navigator.clearAppBadge?.().catch(() => {});
  Outbox.channel.postMessage({ type: 'signed-out' });
  try {
    await fetch('/sign-out', { method: 'POST', redirect: 'manual', credentials: 'same-origin' });
    await Outbox.remember({ pending_sign_out: false });
  } catch { /* The worker tells the server at the next contact. */ }
  location.replace('/');
}

/** Before the cabinet closes for good: copies of pages go, unsent readings stay under lock. */
export async function forget() {
  const pid = await owner;
  if (pid) await Outbox.wipe(pid);
}

/** true: nothing more to ask. */
async function question(waiting, failed = '') {
  const count = waiting.length;
  const said = { title: plural('leave', count), keep: plural('keep', count), typed: word('type', { count }) };
  const values = { failed, count, ...said };
  const answer = await ask('sign-out', values);
  if (answer === 'send') {
    await drain(true);
    const left = await unsent();
    return left.length === 0 || question(left, word('not-all'));
  }
  if (answer === 'delete') {
    await Outbox.remove(waiting.map((entry) => entry.submission_id), 'sign-out');
    return true;
  }
  return answer === 'keep';
}

export async function start(form) {
  if (!await owner) return form.submit();
  const waiting = await unsent();
  if (!waiting.length || await question(waiting)) await leave();
  return undefined;
}

// Deleting is typed, not clicked: the number of readings opens the button.
document.addEventListener('input', ({ target }) => {
  if (!target.matches('[data-confirms]')) return;
  target.form.querySelector('[value=delete]').disabled = target.value.trim() !== target.dataset.confirms;
});

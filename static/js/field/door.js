// Before the round: what this phone is for, the code that is chosen, the code that is asked.
import { fill, number, plural, word } from '../words.js';
import * as contact from './contact.js';
import * as lock from './lock.js';
import { say, show, values, wrong } from './screen.js';
import { counts, meta, rounds } from './store.js';

const CODE = /^\d{4,6}$/;
let given = null;
/** Downloaded, and waiting for the code that it is sealed by. */
export const isPending = () => given !== null;

/** Why there is nothing to show: `welcome`, `empty`, `over`, `refused`, `ended`, `gone`, `no-store`. */
export async function welcome(why, opened) {
  const sums = why === 'no-store' ? { unsent: 0, photos: 0 } : await counts();
  const waits = sums.unsent + sums.photos;
  const screen = show('welcome', {
    values: {
      title: word(`${why}-title`), text: word(`${why}-text`), waiting: waits ? word('unsent-title', { count: number(waits) }) : '',
    },
  });
  screen.querySelector('[data-to-queue]').hidden = !waits;
  const button = screen.querySelector('[data-do=download]');
  button.hidden = why === 'no-store';
  button.addEventListener('click', () => fetchRounds(screen, opened));
  if (['welcome', 'over', 'refused'].includes(why)) await fetchRounds(screen, opened, true);
}

/** Quietly at the first look: whoever has just signed in goes straight on. */
async function fetchRounds(screen, opened, quiet = false) {
  const button = screen.querySelector('[data-do=download]');
  button.disabled = true;
  const { given: answer, why } = await contact.download();
  button.disabled = false;
  if (answer) return taken(answer, screen, opened);
  const signIn = why === 'sign_in';
  screen.querySelector('[data-sign-in]').hidden = !signIn && why !== 'not_yours';
  button.classList.toggle('button-second', signIn);
  if (signIn && !quiet) screen.querySelector('[data-sign-in]').focus();
  if (signIn) return undefined;
  return values(screen, { trouble: quiet && why !== 'not_yours' ? '' : word(`why-${why}`) });
}

async function taken(answer, screen, opened) {
  if (!answer.rounds.length) {
    await contact.take(answer);
    return fill(screen, { title: word('empty-title'), text: word('empty-text'), trouble: '' });
  }
  given = answer;
  const fresh = await contact.take(answer);
  if (fresh) return choose(opened);
  if (!lock.isOpen()) return enter(opened);
  return keep(opened);
}

async function keep(opened) {
  const answer = given;
  given = null;
  await contact.keep(answer);
  return opened();
}

function choose(opened) {
  const form = show('choose-code', { focus: false });
  form.code.focus();
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const code = form.code.value.trim();
    const again = form.again.value.trim();
    const why = !CODE.test(code) ? 'code-short' : lock.isWeak(code) ? 'code-weak' : code !== again ? 'code-differs' : '';
    wrong(form, 'wrong', why && word(why), form.code);
    if (why) return;
    form.querySelector('.dock button').disabled = true;
    await lock.choose(code);
    await keep(opened);
  });
}

/** The code is asked at each start and after a quarter of an hour. */
export async function enter(opened) {
  const sums = await counts();
  const waits = sums.unsent + sums.photos;
  const form = show('enter-code', { focus: false, values: { waiting: waits ? plural('waits', waits) : '' } });
  form.code.focus();
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const code = form.code.value.trim();
    if (!CODE.test(code)) { wrong(form, 'wrong', word('code-short'), form.code); return; }
    const button = form.querySelector('.dock button');
    button.disabled = true;
    const outcome = await lock.enter(code);
    button.disabled = false;
    form.code.value = '';
    if (outcome === 'gone') { say(''); await welcome('gone', opened); return; }
    if (outcome !== 'open') { wrong(form, 'wrong', plural('tries', outcome), form.code); return; }
    if (given) await keep(opened);
    else await opened();
  });
}

/** Where a start leads. */
export async function first() {
  if (await meta('ended')) return 'ended';
  if (await lock.exists() && (await rounds()).length) return 'locked';
  if (await meta('refused')) return 'refused';
  return await meta('owner') && await lock.exists() ? 'over' : 'welcome';
}

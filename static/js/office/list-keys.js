// j and k, or the arrows, go through a list that has the focus; Enter opens, as on every link.
const FORTH = ['j', 'о', 'ArrowDown'];
const BACK = ['k', 'л', 'ArrowUp'];

document.addEventListener('keydown', (event) => {
  const list = event.target.closest?.('[data-keys]');
  const step = FORTH.includes(event.key) ? 1 : BACK.includes(event.key) ? -1 : 0;
  if (!list || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, select, textarea')) return;
  const links = [...list.querySelectorAll('th a')];
  const now = links.indexOf(document.activeElement);
  const next = links[now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

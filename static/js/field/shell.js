// The application itself stays on the phone: its page and files in a cache of their own, whole or not at all.
const { build } = document.documentElement.dataset;
const files = document.getElementById('field').dataset.assets.split(' ');
const CACHE = `field-${build}`;

/** The page last: a cache that has it has everything. The build before stays for a page that is still open. */
async function keep() {
  const cache = await caches.open(CACHE);
  const page = await fetch('/field', { cache: 'no-store', redirect: 'error' });
  const text = page.ok ? await page.clone().text() : '';
  if (!text.includes(`data-build="${build}"`)) return;
  const had = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll(files.filter((file) => !had.has(file)));
  await cache.put('/field', page);
  const names = (await caches.keys()).filter((name) => name.startsWith('field-') && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

/** Registers the worker that the cabinet has, too; `renewed` hears of a newer build that may be loaded. */
export async function install(renewed) {
  if (!navigator.serviceWorker || !self.caches) return;
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' });
  registration.update().catch(() => {});
  await keep().catch(() => {});
  const fresh = () => fetch('/field', { cache: 'no-store', redirect: 'error' })
    .then(async (page) => page.ok && !(await page.text()).includes(`data-build="${build}"`) && renewed())
    .catch(() => {});
  setInterval(fresh, 3600000);
}

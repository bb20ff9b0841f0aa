/* Served as /sw.js when the worker has to go: empties the caches and answers nothing any more, so every page comes
   from the network. The queue stays, pages deliver it. The registration stays too, for the next sw.js. */
'use strict';
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('message', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

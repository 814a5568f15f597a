// Makes the tablet app start without network. Knows files only: no answers, no API, no rules. The
// server writes `self.precache` in front of this script; any change there is a new version.

interface Precache {
  version: string;
  /** The page that every address under it shows. */
  shell: string;
  files: { url: string; digest: string }[];
}

const worker = self as unknown as ServiceWorkerGlobalScope & { precache: Precache };
const { version, shell, files } = worker.precache;
const PREFIX = "izdes-field-";
const CACHE = PREFIX + version;
const urls = new Set(files.map((file) => file.url));

worker.addEventListener("install", (event) => event.waitUntil(fill()));
worker.addEventListener("activate", (event) => event.waitUntil(takeCharge()));
worker.addEventListener("message", (event) => {
  // Never by itself: an interview may be open. The page says when.
  if (event.data === "take-over") event.waitUntil(worker.skipWaiting());
  if (event.data === "is-complete") event.waitUntil(tellComplete(event.ports[0]));
});
worker.addEventListener("fetch", (event) => {
  const url = cachedUrl(event.request);
  if (url) event.respondWith(answer(url, event.request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(files.map(async ({ url, digest }) => cache.put(url, await fetched(url, digest))));
}

// A captive portal, or a server halfway through its update, answers too; only the right bytes count.
async function fetched(url: string, digest: string): Promise<Response> {
  const response = await fetch(url, { cache: "no-cache", credentials: "omit", redirect: "error" });
  const bytes = await response.clone().arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!response.ok || found !== digest) throw new Error(`${url} is not the file of this version`);
  return response;
}

async function takeCharge(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  // The page that installed this worker works offline without being loaded again.
  await worker.clients.claim();
}

async function tellComplete(port: MessagePort | undefined): Promise<void> {
  const cache = await caches.open(CACHE);
  const found = await Promise.all([...urls].map((url) => cache.match(url)));
  port?.postMessage({ version, complete: found.every(Boolean) });
}

function cachedUrl(request: Request): string | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return null;
  if (urls.has(pathname)) return pathname;
  return request.mode === "navigate" && pathname.startsWith(shell) ? shell : null;
}

async function answer(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}

export {};

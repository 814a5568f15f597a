// Which screen is shown stands in the address after #, so that the back key and a reload just work.
// Home lies at the bottom of the history: the back key leads through what was seen, then home.
import { useState } from "preact/hooks";
import { afterPaint } from "../widgets/after-paint.ts";
import { events, useWatched } from "../widgets/watched.ts";

export type Route =
  | { readonly screen: "home" | "drafts" }
  | { readonly screen: "settings" }
  | { readonly screen: "outbox"; readonly shelf: Shelf }
  | { readonly screen: "interview"; readonly id: string; readonly page: string; readonly question: string }
  | { readonly screen: "review"; readonly id: string }
  | { readonly screen: "record"; readonly id: string }
  | { readonly screen: "notice"; readonly form: string }
  | { readonly screen: "finished"; readonly id: string };

/** The part of the outbox that is to be looked at first. */
export type Shelf = "waiting" | "delivered";

export const HOME: Route = { screen: "home" };
export const DRAFTS: Route = { screen: "drafts" };
export const SETTINGS: Route = { screen: "settings" };

export function outboxRoute(shelf: Shelf = "waiting"): Route {
  return { screen: "outbox", shelf };
}

/** What respondents are told about their data; of one form, "" for all. */
export function noticeRoute(form = ""): Route {
  return { screen: "notice", form };
}

/** A page of an interview, "" for where one was; `question` is to get the focus. */
export function interviewRoute(id: string, page = "", question = ""): Route {
  return { screen: "interview", id, page, question };
}

/** The route now, again after every change of it. */
export function useRoute(): Route {
  useState(layHomeBelow);
  const hash = useWatched(() => coming.hash ?? location.hash, watchHash, []);
  return routeOf(hash);
}

function watchHash(look: () => void): () => void {
  const finish = () => {
    coming.finish();
    look();
  };
  const stop = [events(window, SHOWN)(look), events(window, "popstate")(finish)];
  return () => stop.forEach((end) => end());
}

/** Go on to a screen; the back key comes back here. */
export function go(route: Route): void {
  coming.finish();
  if (hashOf(route) === location.hash) return;
  show("pushState", { before: location.hash, depth: depth() + 1 }, hashOf(route));
}

/** Show another screen in place of this one, which the back key shall not find again. */
export function replace(route: Route): void {
  coming.finish();
  show("replaceState", entry(), hashOf(route));
}

/** Go back to a screen, by the browser's own way back where it leads there. */
export function goBack(route: Route): void {
  coming.finish();
  if (cameFrom(route)) history.back();
  else replace(route);
}

/** Go back to whatever was seen before; home where that was nothing. */
export function goBackWherever(): void {
  if (depth() > 0) history.back();
  else replace(HOME);
}

/** Go home, leaving nothing of the way behind for the back key to stumble over. */
export function goHome(): void {
  coming.finish();
  if (depth() > 0) history.go(-depth());
  else replace(HOME);
}

/** Whether the back key would lead to that screen. */
export function cameFrom(route: Route): boolean {
  const { before } = entry();
  return before !== undefined && hashOf(routeOf(before)) === hashOf(route);
}

interface Entry {
  readonly before?: string;
  /** How many screens lie under this one. */
  readonly depth?: number;
}

const SHOWN = "izdes:shown";

/** A step the screen has taken already and the history takes a frame later: writing it costs a frame. */
const coming: { hash: string | null; state: Entry | null; finish: () => void } = {
  ...{ hash: null, state: null },
  finish: () => undefined,
};

function entry(): Entry {
  return coming.state ?? (history.state as Entry | null) ?? {};
}

function depth(): number {
  return entry().depth ?? 0;
}

function show(how: "pushState" | "replaceState", state: Entry, hash: string): void {
  // Taking away what has the focus makes the browser lay out the new screen at once, and again later.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  Object.assign(coming, { hash, state });
  coming.finish = afterPaint(() => {
    Object.assign(coming, { hash: null, state: null });
    history[how](state, "", hash);
  });
  dispatchEvent(new Event(SHOWN));
}

/** Once, when the app starts: also a screen that was opened by its address has home below it. */
function layHomeBelow(): void {
  const { hash } = location;
  if (entry().depth !== undefined) return;
  const home = hashOf(HOME);
  history.replaceState({ depth: 0 } satisfies Entry, "", home);
  if (hashOf(routeOf(hash)) !== home) history.pushState({ before: home, depth: 1 } satisfies Entry, "", hash);
}

function hashOf(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "drafts":
    case "settings":
      return `#/${route.screen}`;
    case "outbox":
      return route.shelf === "waiting" ? "#/outbox" : `#/outbox/${route.shelf}`;
    case "notice":
      return route.form ? `#/notice/${encodeURIComponent(route.form)}` : "#/notice";
    case "interview":
      return `#/interview/${[route.id, route.page, route.question].map(encodeURIComponent).join("/")}`;
    default:
      return `#/${route.screen}/${encodeURIComponent(route.id)}`;
  }
}

function routeOf(hash: string): Route {
  const [screen, id = "", page = "", question = ""] = hash.replace(/^#\//, "").split("/").map(decoded);
  if (screen === "drafts" || screen === "settings") return { screen };
  if (screen === "notice") return noticeRoute(id);
  if (screen === "outbox") return outboxRoute(id === "delivered" ? id : "waiting");
  if (!id) return HOME;
  if (screen === "interview") return interviewRoute(id, page, question);
  if (screen === "review" || screen === "record" || screen === "finished") return { screen, id };
  return HOME;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

// Which screen is shown stands in the address after #, so that the back key and a reload just work.
import { useEffect, useState } from "preact/hooks";

export type Route =
  | { readonly screen: "home" }
  | { readonly screen: "outbox" }
  | { readonly screen: "interview"; readonly id: string; readonly page: string; readonly question: string }
  | { readonly screen: "review"; readonly id: string }
  | { readonly screen: "finished"; readonly id: string };

export const HOME: Route = { screen: "home" };
export const OUTBOX: Route = { screen: "outbox" };

/** A page of an interview, "" for where one was; `question` is to get the focus. */
export function interviewRoute(id: string, page = "", question = ""): Route {
  return { screen: "interview", id, page, question };
}

/** The route now, again after every change of it. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = () => setHash(location.hash);
    addEventListener("popstate", look);
    return () => removeEventListener("popstate", look);
  }, []);
  return routeOf(hash);
}

/** Go on to a screen; the back key comes back here. */
export function go(route: Route): void {
  if (hashOf(route) === location.hash) return;
  history.pushState({ before: location.hash }, "", hashOf(route));
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Show another screen in place of this one, which the back key shall not find again. */
export function replace(route: Route): void {
  history.replaceState(history.state, "", hashOf(route));
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Go back to a screen, by the browser's own way back where it leads there. */
export function goBack(route: Route): void {
  const before = (history.state as { before?: string } | null)?.before;
  if (before !== undefined && hashOf(routeOf(before)) === hashOf(route)) history.back();
  else replace(route);
}

function hashOf(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "outbox":
      return "#/outbox";
    case "interview":
      return `#/interview/${[route.id, route.page, route.question].map(encodeURIComponent).join("/")}`;
    default:
      return `#/${route.screen}/${encodeURIComponent(route.id)}`;
  }
}

function routeOf(hash: string): Route {
  const [screen, id = "", page = "", question = ""] = hash.replace(/^#\//, "").split("/").map(decoded);
  if (screen === "outbox") return OUTBOX;
  if (!id) return HOME;
  if (screen === "interview") return interviewRoute(id, page, question);
  if (screen === "review" || screen === "finished") return { screen, id };
  return HOME;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

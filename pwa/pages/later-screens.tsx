// The screens that nobody needs to start, in a file of their own (ADR 0037): what is imported here and nowhere
// in the start does not weigh on it.
import { Finished } from "./finished.tsx";
import { NoticePage } from "./notice.tsx";
import { Outbox } from "./outbox.tsx";
import { RecordPage } from "./record-page.tsx";
import type { Route } from "./route.ts";
import { Settings } from "./settings.tsx";

export { FirstOffline } from "./first-offline.tsx";
export { KeyChanged } from "./key-changed.tsx";
export { PreviousPassword } from "./previous-password.tsx";
export { Review } from "./review.tsx";

export type LaterRoute = Extract<Route, { screen: "finished" | "notice" | "outbox" | "record" | "settings" }>;

export function LaterScreen({ route }: { route: LaterRoute }) {
  switch (route.screen) {
    case "finished":
      return <Finished id={route.id} key={route.id} />;
    case "notice":
      return <NoticePage form={route.form} />;
    case "outbox":
      return <Outbox shelf={route.shelf} />;
    case "record":
      return <RecordPage id={route.id} key={route.id} />;
    case "settings":
      return <Settings />;
  }
}

// The screens that nobody needs to start, in a file of their own (ADR 0037): what is imported here and nowhere
// in the start does not weigh on it.
import { Finished } from "./interview/finished.tsx";
import { NoticePage } from "./interview/notice.tsx";
import { Outbox } from "./outbox/outbox.tsx";
import { RecordPage } from "./outbox/record-page.tsx";
import type { Route } from "./route.ts";
import { Settings } from "./home/settings.tsx";

export { FirstOffline } from "./entrance/first-offline.tsx";
export { KeyChanged } from "./outbox/key-changed.tsx";
export { PreviousPassword } from "./entrance/previous-password.tsx";
export { Review } from "./interview/review.tsx";

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

import { wordingIn, type Language } from "../../i18n.ts";

/** The tablet's storage does not open: nothing else can be shown, but also nothing is lost. */
export function OpenFailed({ language }: { language: Language }) {
  const { say } = wordingIn(language);
  return (
    <main class="page page--entrance">
      <div class="page__content stack" role="alert">
        <h1>{say("product")}</h1>
        <p>{say("open_failed")}</p>
        <button type="button" class="button button--primary" onClick={() => location.reload()}>
          {say("reload")}
        </button>
      </div>
    </main>
  );
}

// User name and password. Whoever has worked on this tablet before is offered by name.
import { useState } from "preact/hooks";
import { useWording } from "../i18n.ts";
import { Icon } from "./icon.tsx";

export interface KnownOfficer {
  readonly username: string;
  readonly fullName: string | null;
}

interface Typed {
  username: string;
  password: string;
}

interface FormProps {
  officers: readonly KnownOfficer[];
  firstUsername?: string;
  mistake: string | null;
  action: string;
  submit: (typed: Typed) => Promise<void>;
}

export function CredentialsForm({ officers, firstUsername, mistake, action, submit }: FormProps) {
  const { say } = useWording();
  const [username, setUsername] = useState(officers[0]?.username ?? firstUsername ?? "");
  const [isOther, setOther] = useState(officers.length === 0);
  const [password, setPassword] = useState("");
  const [isChecking, setChecking] = useState(false);
  const [isIncomplete, setIncomplete] = useState(false);
  const shown = isIncomplete ? say("type_both") : mistake;
  const enter = async (event: Event) => {
    event.preventDefault();
    setIncomplete(!username.trim() || !password);
    if (!username.trim() || !password || isChecking) return;
    setChecking(true);
    await submit({ username, password }).finally(() => setChecking(false));
  };
  const choose = (officer: KnownOfficer | null) => {
    setOther(officer === null);
    setUsername(officer?.username ?? "");
  };
  return (
    <form class="stack" onSubmit={(event) => void enter(event)} noValidate>
      {officers.length > 0 && (
        <fieldset class="stack stack--close">
          <legend class="only-spoken">{say("officers_here")}</legend>
          {officers.map((officer) => (
            <label class="choice" key={officer.username}>
              <input
                class="choice__input"
                type="radio"
                name="officer"
                checked={!isOther && username === officer.username}
                onChange={() => choose(officer)}
              />
              <span class="choice__label">{officer.fullName ?? officer.username}</span>
            </label>
          ))}
          <label class="choice">
            <input
              class="choice__input"
              type="radio"
              name="officer"
              checked={isOther}
              onChange={() => choose(null)}
            />
            <span class="choice__label">{say("someone_else")}</span>
          </label>
        </fieldset>
      )}
      {isOther && (
        <label class="field">
          <span class="field__label">{say("username")}</span>
          <input
            class="input"
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </label>
      )}
      <PasswordField label={say("password")} value={password} change={setPassword} />
      <div class="live" role="alert">
        {shown && !isChecking && (
          <p class="field__error">
            <Icon name="alert" />
            <span>{shown}</span>
          </p>
        )}
      </div>
      <button class="button button--primary button--big" aria-disabled={isChecking}>
        {isChecking ? say("checking") : action}
      </button>
    </form>
  );
}

const SHOWN = { type: "text" } as const;
const HIDDEN = { type: "password" } as const;

interface PasswordProps {
  label: string;
  value: string;
  change: (password: string) => void;
}

export function PasswordField({ label, value, change }: PasswordProps) {
  const { say } = useWording();
  const [isShown, setShown] = useState(false);
  return (
    <div class="stack stack--close">
      <label class="field">
        <span class="field__label">{label}</span>
        <input
          class="input"
          name="password"
          {...(isShown ? SHOWN : HIDDEN)}
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck={false}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      </label>
      <label class="tick">
        <input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} />
        {say("show_password")}
      </label>
    </div>
  );
}

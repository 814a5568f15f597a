// Photos and documents: taken or chosen, made ready, kept sealed on the tablet, shown, removed.
import { useEffect, useRef, useState } from "preact/hooks";
import { kinds, largest, photo_side } from "../../../schemas/reference/attachments.json";
import { sizeInWords, useWording, type TextKey } from "../../i18n.ts";
import { kindOf, NotTaken, useFiles, useShown, type NewFile } from "../files/files.ts";
import { Icon, type IconName } from "../icon.tsx";
import { redrawn } from "../files/picture.ts";
import type { ControlProps } from "./control.ts";

/** A photographed page must stay legible. */
const DOCUMENT_SIDE = 2 * photo_side;

export function PhotoInput(props: ControlProps) {
  const { say } = useWording();
  const { field } = props;
  const ruled = withRules(props);
  const taking = useTaking(props, (file) => redrawn(file, photo_side));
  return (
    <div class="attach stack stack--close" ref={useFocusKept(field.value)}>
      {field.value && <KeptFile field={field} />}
      {!field.value && <Rules {...ruled}>{say("photo_note")}</Rules>}
      <News {...taking} working="photo_working" />
      <div class="row">
        <Chooser
          {...ruled}
          accept="image/*"
          fromCamera
          icon="camera"
          text={field.value ? "photo_retake" : "photo_take"}
          take={taking.take}
        />
        {!field.value && <Chooser {...ruled} accept="image/*" icon="tray" text="photo_choose" take={taking.take} />}
        {field.value && <Remove remove={taking.remove} text="photo_remove" />}
      </div>
    </div>
  );
}

export function FileInput(props: ControlProps) {
  const { language, say } = useWording();
  const { field } = props;
  const ruled = withRules(props);
  const taking = useTaking(props, documentOf);
  const accept = kinds.map(({ media_type }) => media_type).join(",");
  return (
    <div class="attach stack stack--close" ref={useFocusKept(field.value)}>
      {field.value && <KeptFile field={field} />}
      {!field.value && <Rules {...ruled}>{say("file_rules", { size: sizeInWords(largest, language) })}</Rules>}
      <News {...taking} working="file_working" />
      <div class="row">
        {field.value ? (
          <Remove remove={taking.remove} text="file_remove" />
        ) : (
          <Chooser {...ruled} accept={accept} icon="document" text="file_choose" take={taking.take} />
        )}
      </div>
    </div>
  );
}

/** What can be taken is read, and read aloud, before one chooses. */
function Rules({ id, children }: ControlProps & { children: string }) {
  return (
    <p class="field__hint" id={`${id}-rules`}>
      {children}
    </p>
  );
}

function withRules(props: ControlProps): ControlProps {
  if (props.field.value) return props;
  return { ...props, describedBy: [`${props.id}-rules`, props.describedBy].filter(Boolean).join(" ") };
}

async function documentOf(file: Blob): Promise<NewFile> {
  if (file.size > largest && !file.type.startsWith("image/")) throw tooLarge(file.size);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kind = kindOf(bytes);
  if (!kind) throw new NotTaken("file_kind");
  const ready = kind.media_type.startsWith("image/") ? await redrawn(file, DOCUMENT_SIDE) : { bytes, ...kind };
  if (ready.bytes.length > largest) throw tooLarge(ready.bytes.length);
  const { media_type, extension } = ready;
  return { bytes: ready.bytes, media_type, extension };
}

function tooLarge(size: number): NotTaken {
  return new NotTaken("file_too_large", { size: String(size), most: String(largest) });
}

interface Taking {
  isWorking: boolean;
  failure: NotTaken | null;
  take: (file: Blob) => Promise<void>;
  remove: () => void;
}

/** Make a chosen file ready, keep it, and only then answer with its name. */
function useTaking({ field }: ControlProps, ready: (file: Blob) => Promise<NewFile>): Taking {
  const files = useFiles();
  const [isWorking, setWorking] = useState(false);
  const [failure, setFailure] = useState<NotTaken | null>(null);
  const take = async (file: Blob) => {
    setWorking(true);
    setFailure(null);
    try {
      field.set(await files.keep(await ready(file)));
    } catch (error) {
      setFailure(error instanceof NotTaken ? error : new NotTaken("file_not_saved"));
    } finally {
      setWorking(false);
      field.leave();
    }
  };
  const remove = () => {
    setFailure(null);
    field.set("");
  };
  return { isWorking, failure, take, remove };
}

interface ChooserProps extends ControlProps {
  accept: string;
  fromCamera?: boolean;
  icon: IconName;
  text: TextKey;
  take: (file: Blob) => Promise<void>;
}

/** The browser's own button would speak the browser's language. */
function Chooser({ field, id, describedBy, labelledBy, accept, fromCamera = false, icon, text, take }: ChooserProps) {
  const { say } = useWording();
  const words = `${id}-${text}`;
  return (
    <label class={field.value || icon === "tray" ? "button chooser" : "button button--primary chooser"}>
      <input
        class="chooser__input"
        type="file"
        accept={accept}
        {...(fromCamera ? { capture: "environment" as const } : {})}
        aria-labelledby={`${words} ${labelledBy}`}
        aria-describedby={describedBy}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file may be chosen again after it was removed.
          event.currentTarget.value = "";
          if (file) void take(file);
        }}
      />
      <Icon name={icon} />
      <span id={words}>{say(text)}</span>
    </label>
  );
}

function News({ isWorking, failure, working }: Taking & { working: TextKey }) {
  const { language, say } = useWording();
  const inWords = ([name, value]: [string, string]) => [name, sizeInWords(Number(value), language)] as const;
  return (
    <div class="live" role="status">
      {isWorking && (
        <p class="attach__working">
          <progress class="progress" aria-hidden="true" />
          {say(working)}
        </p>
      )}
      {failure && (
        <p class="field__error">
          <Icon name="alert" />
          <span>{say(failure.text, Object.fromEntries(Object.entries(failure.values).map(inWords)))}</span>
        </p>
      )}
    </div>
  );
}

function Remove({ remove, text }: { remove: () => void; text: TextKey }) {
  const { say } = useWording();
  return (
    <button type="button" class="button button--danger" onClick={remove}>
      <Icon name="trash" />
      {say(text)}
    </button>
  );
}

/** The button that was tapped may be gone then; the focus goes to what takes its place. */
function useFocusKept(value: string) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(value);
  useEffect(() => {
    const isLost = before.current !== value && document.activeElement === document.body;
    if (isLost) box.current?.querySelector<HTMLElement>("input, button")?.focus({ preventScroll: true });
    before.current = value;
  }, [value]);
  return box;
}

/** What is kept: a picture as itself, a document by a way to open it. */
export function KeptFile({ field }: { field: ControlProps["field"] }) {
  const { language, say } = useWording();
  const { label, type, value } = field;
  const shown = useShown(value);
  if (!shown) return <p class="soft">{say("opening")}</p>;
  if (shown === "lost") return <p class="field__error">{say("file_not_here")}</p>;
  return (
    <div class="attach__file">
      {shown.isPicture ? (
        <img class="attach__picture" src={shown.url} alt={say(type === "signature" ? "sign_of" : "photo_of", { label })} />
      ) : (
        <a class="button" href={shown.url} download={value}>
          <Icon name="document" />
          {say("file_open")}
        </a>
      )}
      <p class="soft attach__fact">
        <Icon name="lock" />
        {say("file_kept")} · {sizeInWords(shown.size, language)}
      </p>
    </div>
  );
}

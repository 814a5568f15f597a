// A signature with finger, pen or mouse; who cannot draw one writes the name instead.
import { useEffect, useRef, useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { KeptFile } from "./file-input.tsx";
import { NotTaken, useFiles } from "../files/files.ts";
import { Icon } from "../icon.tsx";
import { fileOf } from "../files/picture.ts";
import type { ControlProps } from "./control.ts";
import { drawName, drawStrokes, prepare, type Point } from "../files/strokes.ts";

export function SignatureInput(props: ControlProps) {
  const { field } = props;
  const { say } = useWording();
  // What is drawn now stays under the hand; what was kept before is shown as it is.
  const [isDrawing, setDrawing] = useState(field.value === "");
  if (field.value && !isDrawing) {
    return (
      <div class="attach stack stack--close">
        <KeptFile field={field} />
        <div class="row">
          <button
            type="button"
            class="button"
            onClick={() => {
              field.set("");
              setDrawing(true);
            }}
          >
            <Icon name="pencil" />
            {say("sign_again")}
          </button>
        </div>
      </div>
    );
  }
  return <Pad {...props} />;
}

function Pad({ field, id, describedBy, labelledBy }: ControlProps) {
  const { say } = useWording();
  const { keep, failure } = useKeeping(field);
  const canvas = useRef<HTMLCanvasElement>(null);
  const strokes = useRef<Point[][]>([]);
  const [name, setName] = useState("");
  useEffect(() => prepare(canvas.current!), []);
  const redraw = () => drawStrokes(canvas.current!, strokes.current);
  const clear = () => {
    strokes.current = [];
    redraw();
    keep(null);
  };
  const draw = (event: PointerEvent, isNew: boolean) => {
    if (isNew) strokes.current.push([]);
    strokes.current.at(-1)?.push({ x: event.offsetX, y: event.offsetY });
    redraw();
  };
  return (
    <div class="sign stack stack--close">
      <p class="field__hint" id={`${id}-how`}>
        {say("sign_here")}
      </p>
      <canvas
        ref={canvas}
        class="sign__pad"
        role="img"
        aria-label={say(field.value ? "sign_kept" : "sign_area")}
        aria-describedby={[`${id}-how`, describedBy].filter(Boolean).join(" ")}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          draw(event, true);
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && draw(event, false)}
        onPointerUp={() => keep(canvas.current)}
        // The system took the finger for a gesture of its own: what stands on the pad is kept all the same.
        onPointerCancel={() => keep(canvas.current)}
      />
      <div class="row">
        <button type="button" class="button" aria-disabled={!field.value} onClick={clear}>
          <Icon name="cross" />
          {say("sign_clear")}
        </button>
      </div>
      <div class="sign__typed">
        <label class="field">
          <span class="field__hint">{say("sign_typed")}</span>
          <input
            class="input"
            type="text"
            autocomplete="off"
            aria-describedby={labelledBy}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button
          type="button"
          class="button"
          aria-disabled={!name.trim()}
          onClick={() => {
            if (!name.trim()) return;
            strokes.current = [];
            drawName(canvas.current!, name.trim());
            keep(canvas.current);
          }}
        >
          {say("sign_use_name")}
        </button>
      </div>
      <div class="live" role="status">
        {field.value && !failure && (
          <p class="sign__kept">
            <Icon name="check" />
            {say("sign_kept")}
          </p>
        )}
        {failure && (
          <p class="field__error">
            <Icon name="alert" />
            <span>{say(failure.text)}</span>
          </p>
        )}
      </div>
    </div>
  );
}

/** Keep the drawing after each stroke; only the newest one becomes the answer. */
function useKeeping(field: ControlProps["field"]) {
  const files = useFiles();
  const [failure, setFailure] = useState<NotTaken | null>(null);
  const newest = useRef(0);
  const keep = (canvas: HTMLCanvasElement | null) => {
    const mine = ++newest.current;
    setFailure(null);
    if (!canvas) return field.set("");
    void fileOf(canvas, "image/png", "png")
      .then((file) => files.keep(file))
      .then((name) => {
        if (mine === newest.current) field.set(name);
      })
      .catch((error: unknown) =>
        setFailure(error instanceof NotTaken ? error : new NotTaken("file_not_saved")),
      );
  };
  return { keep, failure };
}

// One of very many, found by typing: provinces, districts.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Option } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { afterAnswer, afterPaint } from "../after-paint.ts";
import { matching } from "../folding.ts";
import { Icon } from "../icon.tsx";
import { leaveAfterTap, leftBehind } from "../leaving.ts";
import { OptionList, optionId } from "./option-list.tsx";
import type { ControlProps } from "./control.ts";

const SHOWN = 100;
/** As many as the list shows without scrolling. */
const AT_ONCE = 8;
/** Drawn a frame later, and again whenever the end of the list comes near. */
const MORE = 16;

export function SearchSelect(props: ControlProps) {
  const { field } = props;
  const { say } = useWording();
  const [searching, setSearching] = useState(false);
  const chosen = field.options.find((option) => option.name === field.value);
  if (field.options.length === 0) return <p class="soft">{say("no_options_yet")}</p>;
  if (chosen && !searching) {
    return <Chosen {...props} option={chosen} change={() => setSearching(true)} />;
  }
  const choose = (option: Option) => {
    field.set(option.name);
    setSearching(false);
  };
  return (
    <Search {...props} startOpen={searching} choose={choose} leave={() => setSearching(false)} />
  );
}

function Chosen(props: ControlProps & { option: Option; change: () => void }) {
  const { say } = useWording();
  const button = useRef<HTMLButtonElement>(null);
  const { option, field, change, describedBy } = props;
  useEffect(() => {
    // The list that had the focus is gone; without this the focus would fall to the page's top.
    if (document.activeElement === document.body) button.current?.focus({ preventScroll: true });
  }, [option.name]);
  return (
    <div class="chosen">
      <Icon name="check" class="chosen__icon" />
      <span class="chosen__label">{option.label}</span>
      <button
        type="button"
        class="button button--small"
        ref={button}
        onClick={change}
        aria-describedby={describedBy}
        aria-label={say("change_answer", { label: `${field.label}, ${option.label}` })}
      >
        {say("change")}
      </button>
    </div>
  );
}

/** How many of a list are drawn: few in the frame that opens it, more as they are needed. */
function useDrawn(open: boolean, query: string): [number, () => void] {
  const [drawn, setDrawn] = useState(AT_ONCE);
  const more = () => setDrawn((before) => Math.min(before + MORE, SHOWN));
  useEffect(() => {
    setDrawn(AT_ONCE);
    if (open) afterPaint(more);
  }, [open, query]);
  return [drawn, more];
}

interface SearchProps extends ControlProps {
  startOpen: boolean;
  choose: (option: Option) => void;
  leave: () => void;
}

function Search({ field, id, describedBy, labelledBy, isWrong, startOpen, choose, leave }: SearchProps) {
  const { say } = useWording();
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(startOpen);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (startOpen) input.current?.focus();
  }, [startOpen]);
  const found = matching(field.options, query);
  const [drawn, drawMore] = useDrawn(open, query);
  const shown = found.slice(0, drawn);
  const move = (to: number) => {
    setOpen(true);
    setActive(to);
    if (to >= drawn - 2) drawMore();
    document.getElementById(optionId(id, to))?.scrollIntoView({ block: "nearest" });
  };
  const openList = () => afterAnswer(() => setOpen(true));
  const take = (to: number) => {
    setActive(to);
    afterAnswer(() => choose(shown[to]!));
  };
  const close = () => {
    setOpen(false);
    leave();
  };
  const leaveList = ({ currentTarget, relatedTarget }: FocusEvent) =>
    leftBehind(currentTarget as Element, relatedTarget as Element | null) && leaveAfterTap({ leave: close });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(Math.min(active + 1, shown.length - 1));
    else if (event.key === "ArrowUp") move(Math.max(active - 1, 0));
    else if (event.key === "Escape") setOpen(false);
    else if (event.key === "Enter" && shown[Math.max(active, 0)]) choose(shown[Math.max(active, 0)]!);
    else return;
    event.preventDefault();
  };
  return (
    <div class="search" onFocusOut={leaveList}>
      <div class="search__box">
        <Icon name="search" class="search__icon" />
        <input
          ref={input}
          class="input search__input"
          role="combobox"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={say("search_place")}
          value={query}
          aria-labelledby={labelledBy}
          aria-describedby={describedBy}
          aria-required={field.required}
          aria-invalid={isWrong}
          aria-expanded={open}
          aria-controls={open ? `${id}-options` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={open && active >= 0 ? optionId(id, active) : undefined}
          onFocus={openList}
          onClick={openList}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(-1);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {open && (
        <OptionList {...{ id, labelledBy, active, take, query, drawMore }} options={shown} found={found.length} most={SHOWN} />
      )}
    </div>
  );
}

// An order of importance: tap one after another, then move up or down. No dragging.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Option } from "../../form/model.ts";
import { useWording, type TextKey } from "../../i18n.ts";
import { Icon, type IconName } from "../icon.tsx";
import type { ControlProps } from "./control.ts";

type Move = "up" | "down" | "out";

const MOVES: readonly { move: Move; icon: IconName; text: TextKey }[] = [
  { move: "up", icon: "up", text: "rank_up" },
  { move: "down", icon: "down", text: "rank_down" },
  { move: "out", icon: "cross", text: "rank_out" },
];

export function RankInput({ field, id, describedBy, labelledBy }: ControlProps) {
  const { say } = useWording();
  const [news, setNews] = useState("");
  const keepFocusOn = useFocusKept();
  const order = field.value.split(" ").filter(Boolean);
  const left = field.options.filter((option) => !order.includes(option.name));
  const put = (next: readonly string[], moved: Option) => {
    const place = next.indexOf(moved.name) + 1;
    setNews(say(place > 0 ? "rank_now" : "rank_gone", { label: moved.label, place }));
    field.set(next.join(" "));
  };
  if (field.options.length === 0) return <p class="soft">{say("no_options_yet")}</p>;
  return (
    <div
      class="rank"
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      <p class="choices__note">{say("rank_hint")}</p>
      {order.length > 0 && (
        <ol class="rank__list">
          {order.map((name, index) => {
            const option = field.options.find((offered) => offered.name === name) ?? { name, label: name, columns: {} };
            const act = (move: Move) => {
              put(moved(order, index, move), option);
              keepFocusOn(move === "out" ? `${id}-${name}` : `${id}-${name}-${move}`);
            };
            return <Ranked {...{ id, option, place: index + 1, last: order.length, act }} key={name} />;
          })}
        </ol>
      )}
      {left.length > 0 && (
        <>
          {order.length > 0 && <p class="rank__left">{say("rank_left")}</p>}
          <ul class="choices plain-list">
            {left.map((option, index) => (
              <li key={option.name}>
                <button
                  type="button"
                  class="choice rank__choice"
                  id={`${id}-${option.name}`}
                  aria-label={say("rank_place", { label: option.label, place: order.length + 1 })}
                  onClick={() => {
                    const next = left[index + 1] ?? left[index - 1];
                    put([...order, option.name], option);
                    keepFocusOn(next ? `${id}-${next.name}` : `${id}-${option.name}-up`);
                  }}
                >
                  <Icon name="plus" />
                  <span class="choice__label">{option.label}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="only-spoken" role="status">
        {news}
      </p>
    </div>
  );
}

interface RankedProps {
  id: string;
  option: Option;
  place: number;
  last: number;
  act: (move: Move) => void;
}

function Ranked({ id, option: { name, label }, place, last, act }: RankedProps) {
  const { say } = useWording();
  return (
    <li class="rank__item">
      <span class="rank__place">{place}</span>
      <span class="rank__label">{label}</span>
      <span class="rank__moves">
        {MOVES.map(({ move, icon, text }) => {
          const isEnd = (move === "up" && place === 1) || (move === "down" && place === last);
          return (
            <button
              type="button"
              class="button button--small"
              id={`${id}-${name}-${move}`}
              aria-label={say(text, { label })}
              aria-disabled={isEnd}
              onClick={() => isEnd || act(move)}
              key={move}
            >
              <Icon name={icon} />
            </button>
          );
        })}
      </span>
    </li>
  );
}

function moved(order: readonly string[], index: number, move: Move): string[] {
  const next = order.filter((_, place) => place !== index);
  if (move !== "out") next.splice(index + (move === "up" ? -1 : 1), 0, order[index]!);
  return next;
}

/** A button that moves in the document, or leaves it, loses the focus: give it back or pass it on. */
function useFocusKept(): (id: string) => void {
  const wanted = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (wanted.current) document.getElementById(wanted.current)?.focus();
    wanted.current = null;
  });
  return (id) => {
    wanted.current = id;
  };
}

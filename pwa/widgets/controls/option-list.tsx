// The list under a search box. The box keeps the focus; the list only shows and takes taps.
import type { Option } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";

interface Props {
  id: string;
  labelledBy: string;
  /** Those drawn so far. */
  options: readonly Option[];
  /** How many fit, drawn or not. */
  found: number;
  /** How many are ever drawn. */
  most: number;
  /** The end of those drawn comes near. */
  drawMore: () => void;
  query: string;
  active: number;
  /** Choose the option at that place. */
  take: (index: number) => void;
}

export function optionId(id: string, index: number): string {
  return `${id}-option-${index}`;
}

/** Draw on before the finger comes to the end. */
const NEAR_PX = 400;

export function OptionList({ id, labelledBy, options, found, most, query, active, take, drawMore }: Props) {
  const { say } = useWording();
  return (
    <>
      <ul
        class="search__list"
        id={`${id}-options`}
        role="listbox"
        aria-labelledby={labelledBy}
        onScroll={({ currentTarget: list }) =>
          options.length < Math.min(found, most) &&
          list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX &&
          drawMore()
        }
        // A tap must not take the focus from the box: the list would close before the click.
        onMouseDown={(event) => event.preventDefault()}
      >
        {options.map((option, index) => (
          <li
            class="search__option"
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            aria-setsize={Math.min(found, most)}
            aria-posinset={index + 1}
            key={option.name}
            onClick={() => take(index)}
          >
            {option.label}
          </li>
        ))}
      </ul>
      <p class="search__count" role="status">
        {found === 0
          ? say("search_none", { query })
          : found > most
            ? say("search_more", { shown: most })
            : query && say("search_found", { count: found })}
      </p>
    </>
  );
}

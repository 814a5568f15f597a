// The list under a search box. The box keeps the focus; the list only shows and takes taps.
import type { Option } from "../form/model.ts";
import { useWording } from "../i18n.ts";

interface Props {
  id: string;
  labelledBy: string;
  options: readonly Option[];
  /** How many fit, shown or not. */
  found: number;
  query: string;
  active: number;
  choose: (option: Option) => void;
}

export function optionId(id: string, index: number): string {
  return `${id}-option-${index}`;
}

export function OptionList({ id, labelledBy, options, found, query, active, choose }: Props) {
  const { say } = useWording();
  return (
    <>
      <ul
        class="search__list"
        id={`${id}-options`}
        role="listbox"
        aria-labelledby={labelledBy}
        // A tap must not take the focus from the box: the list would close before the click.
        onMouseDown={(event) => event.preventDefault()}
      >
        {options.map((option, index) => (
          <li
            class="search__option"
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            key={option.name}
            onClick={() => choose(option)}
          >
            {option.label}
          </li>
        ))}
      </ul>
      <p class="search__count" role="status">
        {found === 0
          ? say("search_none", { query })
          : found > options.length
            ? say("search_more", { shown: options.length })
            : query && say("search_found", { count: found })}
      </p>
    </>
  );
}

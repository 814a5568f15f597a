// The steps of a range: binary fractions do not add up, so places are counted and then written out.

export interface Scale {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** The answer that many steps from here; from nowhere it is an end of the scale. */
  stepped(from: number, steps: 1 | -1): string;
  /** A number of the scale as an answer is written. */
  spelled(number: number): string;
}

export function scaleOf(parameters: Readonly<Record<string, string>>): Scale {
  const { start = "0", end = "10", step = "1" } = parameters;
  const [low, high, width] = [Number(start), Number(end), Number(step)];
  const digits = Math.max(digitsOf(start), digitsOf(step));
  const last = Math.floor((high - low) / width + 1e-6);
  const spelled = (number: number) => String(Number(number.toFixed(digits)));
  return {
    start: low,
    end: high,
    step: width,
    spelled,
    stepped(from, steps) {
      if (Number.isNaN(from)) return spelled(steps > 0 ? low : low + last * width);
      const here = (from - low) / width;
      // What was written beside the steps goes to the next step in that direction.
      const place = steps > 0 ? Math.floor(here + 1e-6) + 1 : Math.ceil(here - 1e-6) - 1;
      return spelled(low + Math.min(Math.max(place, 0), last) * width);
    },
  };
}

function digitsOf(number: string): number {
  return number.split(".")[1]?.length ?? 0;
}

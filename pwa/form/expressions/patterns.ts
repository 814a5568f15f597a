// regex(): a subset of patterns in which JavaScript and Python agree. They are written `^...$`.

const SPACES = " \\t\\n\\v\\f\\r";

/** JavaScript's \s knows Unicode blanks, the form's does not. */
function withAsciiSpaces(pattern: string): string {
  let inClass = false;
  return pattern.replace(/\\.|[[\]]/gsu, (part) => {
    if (part === "[" || part === "]") inClass = part === "[";
    if (part !== "\\s") return part;
    return inClass ? SPACES : `[${SPACES}]`;
  });
}

/** A test for the whole text. The compiler has refused patterns outside the subset. */
export function fullMatch(pattern: string): (text: string) => boolean {
  const compiled = new RegExp(`^(?:${withAsciiSpaces(pattern.slice(1, -1))})$`, "u");
  return (text) => compiled.test(text);
}

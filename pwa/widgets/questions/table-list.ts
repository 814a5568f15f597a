// XLSForm's "table-list": short numbers below each other as one table.

/** The appearance of a group or repeat of short numeric questions (XLSForm: all on one screen). */
export function isTableOf({ appearance }: { readonly appearance: readonly string[] }): boolean {
  return appearance.includes("table-list");
}

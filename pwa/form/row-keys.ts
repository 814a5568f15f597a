// The permanent key of a row of a repeat: no question, no answer. Twin of schemas/forms/row_keys.py.

/** The member of a row that holds its key. The dot keeps it apart from every question's name. */
export const ROW_KEY = "row.key";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isRowKey(text: string | undefined): text is string {
  return text !== undefined && UUID.test(text);
}

// What can keep an answer from being safe. Screens turn the reason into a sentence.

export type NotSavedReason =
  | "quota" // the tablet is full
  | "connection_lost" // the browser's database stayed away after several tries
  | "newer_version" // another tab runs a newer app: reload
  | "changed_elsewhere" // another tab saved this draft since it was opened here
  | "already_finalised" // the draft has become a record in the outbox
  | "locked" // the vault was locked
  | "attachment_lost" // a photo or document that an answer names is not on this tablet
  | "not_read_back" // what the disk gave back is not what was written
  | "unexpected";

/** Nothing may be called saved after this: keep the form open and say why. */
export class NotSaved extends Error {
  constructor(
    readonly reason: NotSavedReason,
    options?: ErrorOptions,
  ) {
    super(`not saved: ${reason}`, options);
    this.name = "NotSaved";
  }
}

/** Why the store did not do what it was asked. */
export function reasonOf(error: unknown): NotSavedReason {
  return error instanceof NotSaved ? error.reason : "unexpected";
}

/** A record or form that the caller named is not in the store, or belongs to another officer. */
export class NotFound extends Error {
  constructor(what: string) {
    super(`not found: ${what}`);
    this.name = "NotFound";
  }
}

// What an answer must look like before anything in it is believed.
import type { BatchResult, Catalogue, Officer, Receipt } from "../generated/schemas.ts";

export interface SessionAnswer {
  officer: Officer;
  token: string;
}

export function isBatchResult(value: unknown): value is BatchResult {
  return isObject(value) && isText(value["server_time"]) && Array.isArray(value["results"]);
}

export function isReceipt(value: unknown): value is Receipt {
  return (
    isObject(value) &&
    ["instance_id", "digest", "status", "received_at", "key_id", "signature"].every((name) =>
      isText(value[name]),
    ) &&
    Number.isInteger(value["revision"]) &&
    Number.isInteger(value["sequence"])
  );
}

export interface Held {
  received: number;
  complete: boolean;
}

export function isHeld(value: unknown): value is Held {
  return isObject(value) && Number.isInteger(value["received"]) && typeof value["complete"] === "boolean";
}

export function isCatalogue(value: unknown): value is Catalogue {
  return (
    isObject(value) &&
    isText(value["server_time"]) &&
    Array.isArray(value["forms"]) &&
    value["forms"].every(isFormSummary) &&
    isObject(value["receipt_key"]) &&
    isText(value["receipt_key"]["key_id"]) &&
    isText(value["receipt_key"]["public_key"])
  );
}

export function isSessionAnswer(value: unknown): value is SessionAnswer {
  return (
    isObject(value) &&
    isText(value["token"]) &&
    isObject(value["officer"]) &&
    isText(value["officer"]["username"])
  );
}

function isFormSummary(value: unknown): boolean {
  const names = ["id", "version", "digest", "url"];
  return isObject(value) && names.every((name) => isText(value[name])) && isObject(value["title"]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

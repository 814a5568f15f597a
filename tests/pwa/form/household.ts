// A small form for tests of the view-model: a household, its members, and what depends on them.
import type { Expression, FormDefinition, Node } from "../../../pwa/form/definition.ts";
import { prepareForm, startInterview, type DraftStart, type InterviewModel } from "../../../pwa/form/interview.ts";

const asks = (tree: unknown[]): Expression => ({ source: "", tree });
const said = (tr: string, en: string): Record<string, string> => ({ tr, en });
const equals = (name: string, value: string): Expression => asks(["bin", "=", ["ref", name], ["lit", value]]);

const yesNo = [
  { name: "1", label: said("Evet", "Yes") },
  { name: "0", label: said("Hayır", "No") },
];

const body: Node[] = [
  { name: "baslangic", type: "start", value_type: "dateTime" },
  { name: "bitis", type: "end", value_type: "dateTime" },
  { name: "ziyaret_no", type: "hidden", value_type: "text" },
  {
    name: "g_hane",
    kind: "group",
    label: said("Hane", "Household"),
    children: [
      {
        name: "muhtar",
        type: "text",
        value_type: "text",
        label: said("Muhtarın adı", "Name of the muhtar"),
        required: true,
      },
      {
        name: "kimseli",
        type: "select_one",
        value_type: "choice",
        list: "eh",
        label: said("Evde oturan var mı?", "Does anybody live here?"),
        default: "1",
      },
      {
        name: "gelir",
        type: "decimal",
        value_type: "number",
        label: said("${muhtar}, gelir", "${muhtar}, income"),
        constraint: asks(["bin", ">=", ["self"], ["lit", 0]]),
        constraint_message: said("Gelir eksi olamaz.", "Income cannot be negative."),
      },
      { name: "hizmet", type: "select_multiple", value_type: "choices", list: "hizmet", label: said("Hizmet", "Service") },
    ],
  },
  {
    name: "kisi",
    kind: "repeat",
    label: said("Kişi", "Person"),
    relevant: equals("kimseli", "1"),
    children: [
      { name: "ad", type: "text", value_type: "text", label: said("Ad", "Name"), required: true },
      { name: "sira", type: "calculate", value_type: "number", calculate: asks(["position"]) },
    ],
  },
  { name: "not", type: "note", label: said("Teşekkürler", "Thank you") },
  { name: "goz", type: "text", value_type: "text", label: said("Gözlem", "Observation") },
];

export const household: FormDefinition = {
  id: "hane",
  version: "1",
  title: said("Hane formu", "Household form"),
  languages: ["tr", "en"],
  lists: {
    eh: yesNo,
    hizmet: ["emn", "trf", "nuf"].map((name) => ({ name, label: said(name, name), columns: { tur: "x" } })),
  },
  body,
};

export const questionnaire = prepareForm(household);

export const beginning: DraftStart = {
  language: "tr",
  clock: () => new Date("2026-11-21T07:00:00.000Z"),
  draw: () => 0,
  newKey: () => crypto.randomUUID(),
  deviceId: "tablet-7",
  instanceId: "0199d2a0-0000-7000-8000-000000000001",
  visit: "Z-06-01",
};

export function visit(changes: Partial<DraftStart> = {}): InterviewModel {
  return startInterview(questionnaire, { ...beginning, ...changes });
}

/** The field at a path; the test fails where there is none. */
export function at(model: InterviewModel, path: string): NonNullable<ReturnType<InterviewModel["field"]>> {
  const field = model.field(path);
  if (!field) throw new Error(`no field at ${path}`);
  return field;
}

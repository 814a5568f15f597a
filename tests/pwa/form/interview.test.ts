// What a screen sees of an interview, and what it may rely on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareForm, resumeInterview, startInterview, type Draft, type InterviewModel, type RepeatModel } from "../../../pwa/form/interview.ts";
import { at, beginning, household, questionnaire, visit } from "./household.ts";

function people(model: InterviewModel): RepeatModel {
  const [repeat] = model.pages.flatMap((page) => page.children).filter((child) => child.kind === "repeat");
  assert.ok(repeat?.kind === "repeat");
  return repeat;
}

function throughJson(draft: Draft): Draft {
  return JSON.parse(JSON.stringify(draft)) as Draft;
}

describe("a new interview", () => {
  test("begins with its facts, defaults, prefilled answers and one row", () => {
    const model = visit({ prefill: { ziyaret_no: "Z-06-01" } });
    assert.equal(at(model, "kimseli").value, "1");
    assert.equal(at(model, "ziyaret_no").value, "Z-06-01");
    assert.match(at(model, "baslangic").value, /^2026-11-2\dT\d\d:00:00\.000[+-]\d\d:\d\d$/);
    assert.equal(people(model).rows.length, 1);
  });

  test("takes over prefilled rows instead of an empty one", () => {
    const model = visit({ prefill: { kisi: [{ ad: "Ayşe" }, { ad: "Işık" }] } });
    assert.equal(new Set(people(model).rows.map((row) => row.key)).size, 2);
    assert.equal(at(model, "kisi[1].ad").value, "Işık");
  });

  test("shows top-level groups and what stands between them as pages, without silent questions", () => {
    const model = visit();
    assert.deepEqual(model.pages.map((page) => [page.key, page.label]), [
      ["g_hane", "Hane"],
      ["kisi", "Kişi"],
      ["not", ""],
    ]);
    assert.deepEqual(model.pages[2]?.fields().map((field) => field.name), ["not", "goz"]);
    assert.deepEqual(model.pages[1]?.fields().map((field) => field.path), ["kisi[0].ad"]);
  });
});

describe("answering", () => {
  test("hides and shows what depends on it, and keeps every object", () => {
    const model = visit();
    const name = at(model, "kisi[0].ad");
    name.set("Ayşe");
    at(model, "kimseli").set("0");
    assert.deepEqual(model.pages.map((page) => page.key), ["g_hane", "not"]);
    assert.equal(name.value, "");
    assert.equal(model.draft().rows.kisi?.[0]?.answers.ad, "Ayşe");
    at(model, "kimseli").set("1");
    assert.equal(name.value, "Ayşe");
    assert.equal(at(model, "kisi[0].ad"), name);
  });

  test("takes a decimal comma and puts several choices in list order, each once", () => {
    const model = visit();
    at(model, "gelir").set("1234,50");
    at(model, "hizmet").set("nuf emn nuf");
    assert.equal(at(model, "gelir").value, "1234.50");
    assert.equal(at(model, "hizmet").value, "emn nuf");
  });

  test("keeps blanks while text is typed; leaving trims and composes it", () => {
    const name = at(visit(), "muhtar");
    name.set(" I\u0307zzet ");
    assert.equal(name.value, " I\u0307zzet ");
    name.leave();
    assert.equal(name.value, "\u0130zzet");
  });

  test("fills answers into labels", () => {
    const model = visit();
    at(model, "muhtar").set("Nevzat");
    assert.equal(at(model, "gelir").label, "Nevzat, gelir");
  });

  test("tells every listener once until it stops, and nobody when nothing changed", () => {
    const model = visit();
    let calls = 0;
    const stop = model.subscribe(() => (calls += 1));
    const before = model.revision;
    at(model, "muhtar").set("Nevzat");
    at(model, "muhtar").set("Nevzat");
    assert.equal(calls, 1);
    assert.ok(model.revision > before);
    stop();
    at(model, "muhtar").set("Zeynep");
    assert.equal(calls, 1);
  });

  test("leaves the choices the same array while nothing about them changed", () => {
    const model = visit();
    const { options } = at(model, "hizmet");
    at(model, "muhtar").set("Nevzat");
    assert.equal(at(model, "hizmet").options, options);
    assert.deepEqual(options[0], { name: "emn", label: "emn", columns: { tur: "x" } });
  });
});

describe("complaints", () => {
  test("wait until the field is left", () => {
    const income = at(visit(), "gelir");
    income.set("-5");
    assert.equal(income.violation?.code, "constraint");
    assert.equal(income.complaint, null);
    income.leave();
    assert.deepEqual(income.complaint, { path: "gelir", code: "constraint", message: "Gelir eksi olamaz." });
  });

  test("follow the language and go away with a better answer", () => {
    const model = visit();
    const income = at(model, "gelir");
    income.set("-5");
    income.leave();
    model.setLanguage("en");
    assert.equal(income.complaint?.message, "Income cannot be negative.");
    assert.equal(income.label, ", income");
    income.set("5");
    assert.equal(income.complaint, null);
  });

  test("all show when finishing fails, in document order, and nothing else changes", () => {
    const model = visit();
    const result = model.finish();
    assert.ok(!result.done);
    assert.deepEqual(result.violations.map(({ path, code }) => [path, code]), [
      ["muhtar", "required"],
      ["kisi[0].ad", "required"],
    ]);
    assert.equal(at(model, "kisi[0].ad").complaint?.code, "required");
    assert.equal(model.draft().finished_at, null);
  });

  test("do not keep an interview that was broken off from being finished", () => {
    const model = visit();
    const result = model.finish({ isBrokenOff: true });
    assert.ok(result.done);
    assert.equal(model.violations().length, 2);
    assert.equal(model.draft().finished_at, result.interview.finished_at);
  });
});

describe("rows", () => {
  test("keep their answers and keys when one between them is removed", () => {
    const model = visit({ prefill: { kisi: [{ ad: "Ayşe" }, { ad: "Işık" }, { ad: "Şule" }] } });
    const last = at(model, "kisi[2].ad");
    const [first, , third] = people(model).rows.map((row) => row.key);
    people(model).rows[1]?.remove();
    assert.deepEqual(people(model).rows.map((row) => row.key), [first, third]);
    assert.equal(last.path, "kisi[1].ad");
    assert.equal(last.key, `${third}.ad`);
    assert.deepEqual(model.output().kisi, [
      { ad: "Ayşe", sira: "1" },
      { ad: "Şule", sira: "2" },
    ]);
  });

  test("get a key no row had before, also after the draft was taken up again", () => {
    const model = visit();
    people(model).add();
    const [first, second] = people(model).rows.map((row) => row.key);
    people(model).rows[1]?.remove();
    const again = resumeInterview(questionnaire, throughJson(model.draft()), beginning);
    people(again).add();
    const [kept, added] = people(again).rows.map((row) => row.key);
    assert.equal(kept, first);
    assert.equal(new Set([first, second, added]).size, 3);
  });
});

describe("a draft", () => {
  test("gives the same interview again, language and hidden answers included", () => {
    const model = visit();
    at(model, "muhtar").set("Nevzat");
    at(model, "kisi[0].ad").set("Ayşe");
    at(model, "kimseli").set("0");
    const draft = throughJson(model.draft());
    const again = resumeInterview(questionnaire, draft, beginning);
    assert.deepEqual(again.draft(), draft);
    assert.deepEqual(again.output(), model.output());
    at(again, "kimseli").set("1");
    assert.equal(at(again, "kisi[0].ad").value, "Ayşe");
  });

  test("keeps the start while the end moves with the clock", () => {
    const later = { ...beginning, clock: () => new Date("2026-11-21T08:30:00.250Z") };
    const model = visit();
    const again = resumeInterview(questionnaire, throughJson(model.draft()), later);
    assert.equal(at(again, "baslangic").value, at(model, "baslangic").value);
    assert.match(at(again, "bitis").value, /:30:00\.250/);
  });
});

test("leaving a page leaves each of its questions, as one change", () => {
  const model = visit();
  let heard = 0;
  model.subscribe(() => (heard += 1));
  at(model, "muhtar").set("  Ayşe  ");
  heard = 0;
  model.pages[0]!.leave();
  assert.equal(heard, 1);
  assert.equal(at(model, "muhtar").value, "Ayşe");
  model.pages[0]!.leave();
  assert.equal(heard, 1, "nothing is left twice");
});

describe("a finished interview", () => {
  function finished(): InterviewModel {
    const model = visit();
    at(model, "muhtar").set("Nevzat ");
    at(model, "kisi[0].ad").set("Ayşe");
    return model;
  }

  test("is what the server expects, with texts cleaned that were never left", () => {
    const model = finished();
    const result = model.finish({ appVersion: "0.1.0" });
    assert.ok(result.done);
    const { answers, started_at, finished_at, ...rest } = result.interview;
    assert.deepEqual(rest, {
      form_id: "hane",
      form_version: "1",
      visit: "Z-06-01",
      language: "tr",
      app_version: "0.1.0",
      confirmations: {},
      edit_reason: "",
      paradata: {},
    });
    assert.deepEqual(answers, {
      baslangic: started_at,
      bitis: finished_at,
      muhtar: "Nevzat",
      kimseli: "1",
      kisi: [{ "row.key": people(model).rows[0]!.key, ad: "Ayşe", sira: "1" }],
    });
  });

  test("does not change any more", () => {
    const model = finished();
    model.finish();
    const draft = model.draft();
    at(model, "muhtar").set("Zeynep");
    people(model).add();
    assert.deepEqual(model.draft(), draft);
    assert.notEqual(draft.finished_at, null);
  });

  test("counts the questions asked and answered, not notes and silent ones", () => {
    assert.deepEqual(finished().progress(), { asked: 6, answered: 3 });
  });
});

describe("an anonymous form", () => {
  const anonymous = prepareForm({ ...household, anonymous: true });
  const start = { ...beginning, clock: () => new Date("2026-11-21T12:34:56.789Z") };

  test("is sent without visit, paradata and time of day, whatever happened in between", () => {
    const finish = startInterview(anonymous, start).finish({ isBrokenOff: true, paradata: { seen: 1 } });
    assert.ok(finish.done);
    const { visit: place, started_at, finished_at, paradata } = finish.interview;
    assert.deepEqual([place, paradata], [null, {}]);
    for (const moment of [started_at, finished_at]) {
      assert.match(moment, /^2026-11-2[12]T00:00:00\.000[+-]\d\d:\d\d$/);
    }
  });

  test("keeps all of that on the tablet, so that the list of drafts can name the visit", () => {
    assert.equal(startInterview(anonymous, start).draft().visit, "Z-06-01");
  });
});

// English, learnt as a tablet learns it: from a file that the build makes of the sentences.
import { learn } from "../../pwa/i18n.ts";
import controls from "../../schemas/messages/controls.json";
import correction from "../../schemas/messages/correction.json";
import home from "../../schemas/messages/home.json";
import interview from "../../schemas/messages/interview.json";
import tablet from "../../schemas/messages/tablet.json";

const texts = { ...tablet, ...home, ...interview, ...controls, ...correction };

export async function learnEnglish(): Promise<void> {
  const english = Object.entries(texts).map(([key, { en }]) => [key, en]);
  const file = `export const TEXTS = ${JSON.stringify(Object.fromEntries(english))};`;
  await learn("en", `data:text/javascript,${encodeURIComponent(file)}`);
}

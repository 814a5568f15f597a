// What the tablet says to receipts: {key, pairs: [{receipt, envelope}]} in, a list of yes and no out.
import { proves } from "../../pwa/store/records/receipts.ts";

let text = "";
for await (const piece of process.stdin) text += piece;
const { key, pairs } = JSON.parse(text);
const said: boolean[] = [];
for (const { receipt, envelope } of pairs) said.push(await proves(receipt, envelope, key));
process.stdout.write(JSON.stringify(said));

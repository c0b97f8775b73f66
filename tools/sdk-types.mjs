// Writes the SDK's generated part, libs/sdk/src/generated.ts, anew: the types of docs/openapi.json, and the codes of docs/errors.md.
// `--print` shows it instead.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const document = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
const types = astToString(await openapiTS(whatCallersWrite(document), { alphabetize: true, defaultNonNullable: false, silent: true }));
const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| \d/gm);
const codes = [...new Set([...rows].map(([, code]) => code))].sort();

const text = `// Made by \`npm run sdk\` from docs/openapi.json and docs/errors.md. Do not edit.

${types}
/** Every code that a problem of the shop can have. */
export type ErrorCode =
${codes.map((code) => `  | '${code}'`).join('\n')};
`;

if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'libs/sdk/src/generated.ts'), text);

/** The document without what the client does by itself: it throws problems as one class, and sets and reads all headers but `If-Match`. They are most of the document. */
function whatCallersWrite({ paths, components, ...rest }) {
  const resolved = (parameter) => (parameter.$ref ? components.parameters[parameter.$ref.split('/').pop()] : parameter);
  const schemasOf = (content = {}) => Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, { schema }]));
  const operation = ({ parameters = [], requestBody, responses, ...others }) => {
    const successes = Object.entries(responses).filter(([status]) => /^2/.test(status));
    // 204 beside an answer with a body is for `Prefer: return=minimal`, which the client never asks for.
    const answers = successes.length > 1 ? successes.filter(([status]) => status !== '204') : successes;
    return {
      ...others,
      parameters: parameters.map(resolved).filter(({ in: where, name }) => where !== 'header' || name === 'If-Match'),
      ...(requestBody && { requestBody: { ...requestBody, content: schemasOf(requestBody.content) } }),
      responses: Object.fromEntries(
        answers.map(([status, { description, content }]) => [status, { description, ...(content && { content: schemasOf(content) }) }]),
      ),
    };
  };
  const methods = ['get', 'put', 'post', 'delete', 'patch'];
  const slim = (item) =>
    Object.fromEntries(Object.entries(item).map(([key, value]) => [key, methods.includes(key) ? operation(value) : value]));
  const slimPaths = Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, slim(item)]));
  return { ...rest, paths: slimPaths, components: { schemas: components.schemas, securitySchemes: components.securitySchemes } };
}

// Compares two OpenAPI documents of the shop, and says what of the older one a client can no longer rely on.

/**
 * What breaks clients of `before` when the server says `after`: one line for each, the same each time. docs/versioning.md says what breaks and what does not.
 */
export function breakingChanges(before, after) {
  const now = new Map(operationsOf(after));
  return operationsOf(before).flatMap(([name, old]) => {
    const operation = now.get(name);
    if (!operation) return [`${name}: is gone`];
    const found = [...inRoles(old, operation), ...inParameters(old, operation), ...inBodies(old, operation, before, after)];
    return [...found, ...inAnswers(old, operation, before, after)].map((change) => `${name}: ${change}`);
  });
}

/** The part of a document that is compared: no words, no examples, no headers. */
export function contractOf(document) {
  const words = new Set([
    'description',
    'summary',
    'example',
    'examples',
    'headers',
    'title',
    'info',
    'tags',
    'servers',
    'securitySchemes',
  ]);
  // A field may be called `description`: names of fields are no keywords.
  const strip = (value, areNames) => {
    if (Array.isArray(value)) return value.map((part) => strip(part, false));
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => areNames || !words.has(key));
    return Object.fromEntries(kept.map(([key, part]) => [key, strip(part, !areNames && (key === 'properties' || key === 'schemas'))]));
  };
  return strip({ paths: withParameters(document), components: { ...document.components, parameters: {} } }, false);
}

/** Headers that are taken stand among the parameters, and are compared as they do. */
function withParameters({ paths, components }) {
  const resolved = (parameter) => (parameter.$ref ? components.parameters[parameter.$ref.split('/').pop()] : parameter);
  const operation = (spec) => ({ ...spec, parameters: (spec.parameters ?? []).map(resolved) });
  const item = (methods) => Object.fromEntries(Object.entries(methods).map(([method, spec]) => [method, operation(spec)]));
  return Object.fromEntries(Object.entries(paths).map(([path, methods]) => [path, item(methods)]));
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, spec]) => [`${method.toUpperCase()} ${path}`, spec]),
  );
}

function inRoles(old, operation) {
  const lets = new Set(operation['x-roles'] ?? []);
  if (lets.has('anonymous')) return [];
  return (old['x-roles'] ?? []).filter((role) => !lets.has(role)).map((role) => `no longer lets in ${role}`);
}

function inParameters(old, operation) {
  const key = (parameter) => `${parameter.in} ${parameter.name}`;
  const known = new Map((old.parameters ?? []).map((parameter) => [key(parameter), parameter]));
  const taken = new Map((operation.parameters ?? []).map((parameter) => [key(parameter), parameter]));
  // What a part of the path is called is between the document and whoever reads it; the client types it by place.
  const gone = [...known.keys()].filter((name) => !taken.has(name)).map((name) => `${name} is no longer taken`);
  const added = [...taken].filter(([name, { required }]) => required && !known.get(name)?.required);
  const both = [...known].filter(([name]) => taken.has(name));
  return [
    ...gone,
    ...added.map(([name]) => `${name} is required now`),
    ...both.flatMap(([name, parameter]) => narrowed(shapeOf(parameter.schema), shapeOf(taken.get(name).schema), name)),
  ];
}

function inBodies(old, operation, before, after) {
  const [was, is] = [old, operation].map(({ requestBody }) => requestBody?.content ?? {});
  if (operation.requestBody?.required && !old.requestBody?.required) return ['a body is required now'];
  return Object.keys(was).flatMap((type) => {
    if (!is[type]) return [`a body of type ${type} is no longer taken`];
    const [known, taken] = [fieldsOf(was[type].schema, before), fieldsOf(is[type].schema, after)];
    const gone = [...known.keys()]
      .filter((path) => !taken.has(path) && isOutermost(path, taken))
      .map((path) => `body${path} is no longer taken`);
    const required = [...taken].filter(([path, { required }]) => required && !known.get(path)?.required && isExpected(path, known));
    const both = [...known].filter(([path]) => taken.has(path));
    return [
      ...gone,
      ...required.map(([path]) => `body${path} is required now`),
      ...both.flatMap(([path, field]) => narrowed(field, taken.get(path), `body${path}`)),
    ];
  });
}

function inAnswers(old, operation, before, after) {
  return Object.entries(old.responses).flatMap(([status, reference]) => {
    const [was, is] = [resolve(reference, before), operation.responses[status] && resolve(operation.responses[status], after)];
    if (status >= '400')
      return (was['x-codes'] ?? []).filter((code) => !is?.['x-codes']?.includes(code)).map((code) => `${status} ${code} is gone`);
    if (!is) return [`${status} is gone`];
    return Object.keys(was.content ?? {}).flatMap((type) => {
      if (!is.content?.[type]) return [`${status} is no longer answered as ${type}`];
      return inShown(fieldsOf(was.content[type].schema, before), fieldsOf(is.content[type].schema, after), status);
    });
  });
}

function inShown(known, shown, status) {
  return [...known].flatMap(([path, was]) => {
    const is = shown.get(path);
    if (!is) return isOutermost(path, shown) ? [`${status}${path} is gone`] : [];
    const types = is.types.filter((type) => !was.types.includes(type));
    const values = was.values && is.values ? is.values.filter((value) => !was.values.includes(value)) : [];
    return [
      ...(was.required && !is.required ? [`${status}${path} may be missing now`] : []),
      ...types.map((type) => `${status}${path} may be ${type} now`),
      ...(was.values && !is.values ? [`${status}${path} may have any value now`] : []),
      ...values.map((value) => `${status}${path} may be ${JSON.stringify(value)} now`),
    ];
  });
}

/** What is sent, and may no longer be so. */
function narrowed(was, is, name) {
  const types = was.types.filter((type) => !is.types.includes(type) && !(type === 'integer' && is.types.includes('number')));
  const values = is.values ? (was.values ?? ['anything']).filter((value) => !is.values.includes(value)) : [];
  const bounds = Object.entries(is.bounds).filter(
    ([bound, limit]) => was.bounds[bound] === undefined || isStricter(bound, limit, was.bounds[bound]),
  );
  return [
    ...types.map((type) => `${name} may no longer be ${type}`),
    ...values.map((value) => `${name} may no longer be ${JSON.stringify(value)}`),
    ...bounds.filter(() => !is.values).map(([bound, limit]) => `${name} has ${bound} ${limit} now`),
  ];
}

function isStricter(bound, limit, was) {
  if (bound === 'pattern' || bound === 'format') return limit !== was;
  return bound.startsWith('max') ? limit < was : limit > was;
}

/** Whether what stands around a field is still there: of what is gone, only the outermost is told. */
function isOutermost(path, others) {
  const around = path.replace(/(?:\.[^.[\]]+|\[\])$/, '');
  return around === '' || others.has(around);
}

/** Whether clients send what a field stands in already. */
function isExpected(path, known) {
  const around = path.replace(/(?:\.[^.[\]]+|\[\])$/, '');
  return known.has(around);
}

/** Every field of a schema, by its path (`.items[].price`; the whole is ``), with what it may be. */
function fieldsOf(schema, document, path = '', required = true, seen = [], fields = new Map()) {
  const known = resolve(schema, document);
  const parts = [...(known.allOf ?? []), ...(known.anyOf ?? []), ...(known.oneOf ?? [])].map((part) => resolve(part, document));
  const shapes = [known, ...parts].map(shapeOf);
  const before = fields.get(path);
  fields.set(path, {
    types: [...new Set([...(before?.types ?? []), ...shapes.flatMap(({ types }) => types)])],
    values: shapes.find(({ values }) => values)?.values ?? before?.values,
    bounds: Object.assign({}, before?.bounds, ...shapes.map(({ bounds }) => bounds)),
    required: before?.required ?? required,
  });
  for (const one of [known, ...parts]) {
    if (seen.includes(one)) continue; // a tree of categories
    const within = [...seen, one];
    for (const [name, property] of Object.entries(one.properties ?? {}))
      fieldsOf(property, document, `${path}.${name}`, one.required?.includes(name) ?? false, within, fields);
    if (one.items) fieldsOf(one.items, document, `${path}[]`, true, within, fields);
    if (typeof one.additionalProperties === 'object') fieldsOf(one.additionalProperties, document, `${path}.*`, false, within, fields);
  }
  return fields;
}

const boundNames = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'format'];

function shapeOf(schema = {}) {
  const bounds = Object.fromEntries(boundNames.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]));
  return { types: schema.type === undefined ? [] : [schema.type].flat(), values: schema.enum, bounds };
}

function resolve(value, document) {
  if (!value?.$ref) return value;
  const [, , kind, name] = value.$ref.split('/');
  return document.components[kind][name];
}

// Runs a sandbox in a process of its own, for specs that kill it: node sandbox-process.cjs '<options as JSON>'. Prints its port.
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const options = { swcrc: false, jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };
  module._compile(transformFileSync(file, options).code, file);
};

const { startPaymentSandbox } = require('../src');
const { loadSchemas, wrongInText } = require('./checked-answers');

const schemas = loadSchemas();
// A wrong answer ends the process, and with it the spec that waits for it.
const onAnswer = ({ path }, { body }) => {
  const wrong = wrongInText(schemas, body);
  if (wrong.length > 0) throw new Error(`${path}: ${wrong.join('; ')}`);
};

startPaymentSandbox({ onAnswer, ...JSON.parse(process.argv[2]) }).then(
  ({ port }) => console.log(port),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);

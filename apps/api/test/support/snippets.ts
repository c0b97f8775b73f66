import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sdk from '@cartwright/sdk';
import { createProgram, flattenDiagnosticMessageText, ModuleKind, ScriptTarget, transpileModule, type CompilerOptions } from 'typescript';
import type { Shop } from './shop';

const root = join(__dirname, '../../../..');
/** Where the documents' shop is. */
const local = 'http://127.0.0.1:3000';

/** A program in a document. */
export interface Snippet {
  /** The heading it stands under. */
  readonly title: string;
  readonly code: string;
  /** What stands in a block of text right behind it: what it prints, with `…` for anything. */
  readonly promised?: string;
}

/** The programs of a language in a document of the repository, in their order. */
export function snippetsIn(path: string, language: string): Snippet[] {
  const sections = readFileSync(join(root, path), 'utf8').split(/^#+ /m);
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`\\n(?:\\n\`\`\`text\\n(.*?)^\`\`\`)?`, 'gms');
  return sections.flatMap((section) =>
    [...section.matchAll(fence)].map(([, code, promised]) => ({ title: section.split('\n')[0]!, code: code!, promised })),
  );
}

/** What the compiler has to say about programs that use the SDK: nothing, if all is well. */
export function complaintsAbout(snippets: readonly Snippet[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
  const files = snippets.map(({ code }, index) => {
    const file = join(folder, `${index}.mts`);
    writeFileSync(file, code);
    return file;
  });
  // `console` and `localStorage` are where both Node and browsers have them.
  const options: CompilerOptions = {
    module: ModuleKind.NodeNext,
    target: ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    paths: { '@cartwright/sdk': [join(root, 'libs/sdk/src/index.ts')] },
  };
  const program = createProgram(files, options);
  const complaints = files.flatMap((file, index) =>
    [...program.getSyntacticDiagnostics(program.getSourceFile(file)), ...program.getSemanticDiagnostics(program.getSourceFile(file))].map(
      ({ messageText }) => `${snippets[index]!.title}: ${flattenDiagnosticMessageText(messageText, '\n')}`,
    ),
  );
  rmSync(folder, { recursive: true });
  return complaints;
}

/** Runs a program that uses the SDK as it stands, except that it meets this shop, and tells the lines it prints. */
export async function printed(shop: Shop, { code }: Snippet): Promise<string[]> {
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  const program = transpileModule(code.replaceAll(local, shop.url), { compilerOptions }).outputText;
  const lines: string[] = [];
  const console = { log: (...things: unknown[]) => lines.push(things.map(String).join(' ')) };
  const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>;
  await new AsyncFunction('exports', 'require', 'console', program)({}, () => sdk, console);
  return lines;
}

/** The lines that a program says it prints: `console.log(…); // this`. */
export function announced({ code }: Snippet): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line!);
}

/**
 * Runs the commands of a document one after the other, as somebody types them into one shell, and tells what each printed. They meet this shop, and have a folder of their own for
 * files in `/tmp`.
 */
export async function typed(shop: Shop, commands: readonly Snippet[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const end = '=== the next command ===';
  const script = commands.map(({ code }) => `${code}\necho; echo '${end}'\n`).join('');
  const { output } = await shop.bash(script.replaceAll('/tmp/', `${folder}/`).replaceAll(local, shop.url));
  rmSync(folder, { recursive: true });
  return output
    .split(`${end}\n`)
    .slice(0, -1)
    .map((text) => text.trim());
}

/** Recognises what is promised: `…` stands for anything. */
export function pattern(promised: string): RegExp {
  const literal = promised.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('…', '.*')}$`);
}

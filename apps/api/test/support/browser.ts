import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import type { Json } from './client';

/** Where the pictures go that a story takes. */
const pictures = join(__dirname, '../../../../.cache/screenshots');

/** An operation's answer, as it is shown. */
export interface Shown {
  readonly status: number;
  readonly body: Json;
}

/** Somebody at the shop's Swagger UI, in a real browser. */
export class SwaggerUi {
  private constructor(
    readonly page: Page,
    private readonly url: string,
    private readonly tags: ReadonlyMap<string, string>,
    readonly close: () => Promise<void>,
  ) {}

  static async open(url: string): Promise<SwaggerUi> {
    // As root, which CI may be, Chromium has no sandbox; all it loads is our own page.
    const args = ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage', '--disable-gpu'];
    const browser = await chromium.launch({ executablePath: program(), headless: true, args });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(60_000);
    await page.goto(`${url}/api/docs`);
    await page.locator('.opblock-tag').first().waitFor();
    return new SwaggerUi(page, url, await tagsOf(url), () => browser.close());
  }

  /** The headings that the operations stand under, in their order. */
  async jobs(): Promise<string[]> {
    const headings = await this.page.locator('.opblock-tag').all();
    return Promise.all(headings.map(async (heading) => (await heading.getAttribute('data-tag')) ?? ''));
  }

  /** Opens an operation among those that do the same job, and makes ready to try it out. */
  async visit(operationId: string): Promise<Locator> {
    const operation = this.operation(operationId);
    for (const shown of await this.page.locator('.opblock.is-open .opblock-summary-control').all()) await shown.click();
    if (!(await operation.isVisible())) await this.page.locator(`.opblock-tag[data-tag="${this.tagOf(operationId)}"]`).click();
    await operation.locator('.opblock-summary-control').click();
    return this.tryOut(operation);
  }

  /** Comes anew by the deep link of an operation, as a guide gives it, and makes ready to try it out. */
  async follow(operationId: string): Promise<Locator> {
    // Another document first, or the page would only note the new fragment.
    await this.page.goto('about:blank');
    await this.page.goto(`${this.url}/api/docs#/${encodeURIComponent(this.tagOf(operationId))}/${operationId}`);
    return this.tryOut(this.operation(operationId));
  }

  private async tryOut(operation: Locator): Promise<Locator> {
    const button = operation.locator('.try-out__btn').first();
    await button.waitFor();
    if (!/cancel/.test((await button.getAttribute('class')) ?? '')) await button.click();
    return operation;
  }

  /** Fills in the path's parameters and the body, where they are given, and executes. */
  async execute(operation: Locator, { parameters = {}, body }: { parameters?: Record<string, string>; body?: Json } = {}): Promise<Shown> {
    for (const [name, value] of Object.entries(parameters)) await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
    if (body !== undefined) await operation.locator('textarea.body-param__text').fill(JSON.stringify(body, null, 2));
    const answered = this.page.waitForResponse(
      (response) => response.request().resourceType() === 'fetch' && !response.url().endsWith('/api/auth/refresh'),
    );
    await operation.locator('button.execute').click();
    const response = await answered;
    await operation.locator('.live-responses-table td.response-col_status:not(.col_header)').waitFor();
    const text = response.status() === 204 ? '' : await response.text();
    return { status: response.status(), body: text && JSON.parse(text) };
  }

  private operation(operationId: string): Locator {
    return this.page.locator(`[id="operations-${this.tagOf(operationId).replaceAll(' ', '_')}-${operationId}"]`);
  }

  private tagOf(operationId: string): string {
    return this.tags.get(operationId) ?? '';
  }

  /** Whether the page sends a token with requests. */
  async isAuthorised(): Promise<boolean> {
    return (await this.page.locator('.auth-wrapper .btn.authorize.locked').count()) > 0;
  }

  /** Keeps a picture of what is seen, or of an operation's answer, and tells where. */
  async picture(name: string, operation?: Locator): Promise<string> {
    mkdirSync(pictures, { recursive: true });
    const path = join(pictures, `${name}.png`);
    await operation
      ?.locator('.live-responses-table')
      .first()
      .evaluate((element: { scrollIntoView(): void }) => element.scrollIntoView());
    await this.page.screenshot({ path });
    return path;
  }
}

/** The part of the API that each operation is shown in. */
async function tagsOf(url: string): Promise<Map<string, string>> {
  const document: Json = await (await fetch(`${url}/api/openapi.json`)).json();
  const operations = Object.values<Json>(document.paths).flatMap((path) => Object.values<Json>(path));
  return new Map(operations.map(({ operationId, tags }) => [operationId as string, tags[0] as string]));
}

function program(): string {
  const names = process.env.CHROMIUM ? [process.env.CHROMIUM] : ['chromium', 'chromium-browser', 'google-chrome'];
  const found = spawnSync('which', names, { encoding: 'utf8' }).stdout.split('\n')[0];
  if (!found) throw new Error('There is no browser: install Chromium (Debian: apt-get install chromium), or set CHROMIUM to the program.');
  return found;
}

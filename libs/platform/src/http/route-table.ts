interface KnownRoute {
  readonly methods: readonly string[];
  readonly path: RegExp;
}

/** Which methods the server's paths take, so that a wrong method is told from a wrong path. */
export class RouteTable {
  private readonly routes: KnownRoute[] = [];

  add({ method, url }: { readonly method: string | readonly string[]; readonly url: string }): void {
    if (url.includes('*')) return; // it stands for any path, and says nothing of one
    const pattern = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, String.raw`\$&`)))
      .join('/');
    this.routes.push({ methods: [method].flat(), path: new RegExp(`^${pattern}/?$`) });
  }

  /** The methods that a path takes, sorted; none when there is no such path. */
  methodsOf(path: string): string[] {
    const taken = this.routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return [...new Set(taken)].sort();
  }
}

import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import type { Listed, Slice } from '@cartwright/platform';
import { ImportNotFound } from '../contract/refusals';
import type { CatalogueImport, ImportStatus } from '../model/catalogue-import';
import { ImportStore } from '../store/import.store';

export class GetImport extends Query<CatalogueImport> {
  constructor(readonly input: { readonly id: string }) {
    super();
  }
}

@QueryHandler(GetImport)
export class GetImportHandler implements IQueryHandler<GetImport> {
  constructor(private readonly imports: ImportStore) {}

  async execute({ input: { id } }: GetImport): Promise<CatalogueImport> {
    const found = isId(id) ? await this.imports.find(id) : null;
    if (!found) throw new ImportNotFound({ import: id });
    return found;
  }
}

/** Newest first, without what was refused of each. */
export class ListImports extends Query<Listed<Omit<CatalogueImport, 'refusals'>>> {
  constructor(readonly input: { readonly status?: ImportStatus; readonly slice: Slice }) {
    super();
  }
}

@QueryHandler(ListImports)
export class ListImportsHandler implements IQueryHandler<ListImports> {
  constructor(private readonly imports: ImportStore) {}

  async execute({ input: { slice, ...filter } }: ListImports): Promise<Listed<Omit<CatalogueImport, 'refusals'>>> {
    return this.imports.list(filter, slice);
  }
}

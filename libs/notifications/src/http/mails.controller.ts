import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Allow, Operation, PathParameters, pageFrom, pageOf, sliceOf, type Page } from '@cartwright/platform';
import { TemplateNotFound } from '../contract/refusals';
import { mailTemplates } from '../model/mail';
import { ListMails } from '../usecases/list-mails';
import { PreviewMail } from '../usecases/preview-mail';
import { MailPreviewDto, MailQuery, SentMailDto } from './mail.dto';

@ApiTags('Watch over the shop')
@Allow('admin')
@PathParameters({ template: { description: 'Which mail.', example: 'order_confirmation' } })
@Controller('admin/mails')
export class MailsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Operation({
    summary: 'The mails to buyers and what became of them, the latest first',
    description: 'The log keeps no more of an address than its first letter and its domain.',
    answers: pageOf(SentMailDto),
  })
  async listMails(@Query() { state, template, orderNumber, ...paging }: MailQuery): Promise<Page<SentMailDto>> {
    const slice = sliceOf(paging);
    const mails = await this.queries.execute(new ListMails({ state, template, orderNumber, slice }));
    return pageFrom(mails, slice, SentMailDto.of);
  }

  @Get('preview/:template')
  @ApiParam({ name: 'template', enum: mailTemplates })
  @Operation({
    summary: 'What a mail looks like, with example data',
    description: 'Nothing is sent. The data are made up.',
    answers: MailPreviewDto,
    refuses: [TemplateNotFound],
  })
  async previewMail(@Param('template') template: string): Promise<MailPreviewDto> {
    return MailPreviewDto.of(await this.queries.execute(new PreviewMail({ template })));
  }
}

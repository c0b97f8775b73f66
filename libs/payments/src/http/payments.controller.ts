import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { IllegalTransition } from '@cartwright/kernel';
import {
  Allow,
  Operation,
  PathParameters,
  OutsideTransaction,
  pageFrom,
  pageOf,
  PageQuery,
  sliceOf,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import { NoPayment, RefundedOtherwise, RefundNotFound, RefundTooLarge } from '../contract/refusals';
import { GetPaymentFile, ListPayments, ListRefunds } from '../usecases/payment-queries';
import { ReconcilePayments } from '../usecases/reconcile-payments';
import { RetryRefund } from '../usecases/retry-refund';
import {
  LedgerEntryDto,
  PaymentDto,
  PaymentFileDto,
  PaymentQuery,
  ReconcileDto,
  ReconciliationDto,
  RefundDto,
  RefundQuery,
} from './payments.dto';

@ApiTags('Payments')
@Allow('admin')
@PathParameters({
  orderNumber: { description: 'Number of the order.', example: 'CW-7K3MQ-9XD2F' },
  id: { description: 'Id of the refund.', example: '6565f0c2a1b2c3d4e5f60718' },
})
@Controller('admin')
export class PaymentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('payments')
  @Operation({
    summary: 'All payments, newest first',
    description: 'One for each attempt at an order. With `status=confirming`, those that are not decided yet.',
    answers: pageOf(PaymentDto),
  })
  async listPayments(@Query() query: PaymentQuery): Promise<Page<PaymentDto>> {
    const slice = sliceOf(query);
    const payments = await this.queries.execute(new ListPayments({ wish: query.wish(), slice }));
    return pageFrom(payments, slice, PaymentDto.of);
  }

  @Get('payments/:orderNumber')
  @Operation({
    summary: 'The money of an order: its payment, its refunds, and all that the provider said',
    description: 'Payment, refunds, and each answer of the provider, oldest first and by pages.',
    answers: PaymentFileDto,
    refuses: [NoPayment],
  })
  async getPayment(@Param('orderNumber') orderNumber: string, @Query() query: PageQuery): Promise<PaymentFileDto> {
    const slice = sliceOf(query);
    const { payment, refunds, ledger } = await this.queries.execute(new GetPaymentFile({ orderNumber, slice }));
    const shown = pageFrom(ledger, slice, LedgerEntryDto.of);
    return { payment: PaymentDto.of(payment), refunds: refunds.map(RefundDto.of), ledger: shown };
  }

  @Post('payments/reconcile')
  @OutsideTransaction('asking once more changes nothing')
  @Operation({
    summary: 'Ask the payment providers what became of unfinished payments and refunds',
    description:
      'It happens by itself, ever more rarely for each; this asks now. At most 200 of each at a time: repeat it while `more` is true. What could not be learnt of some keeps none of the others from being asked about.',
    answers: ReconciliationDto,
    refuses: [NoPayment, StaleVersion],
  })
  async reconcilePayments(@Body() { orderNumber }: ReconcileDto): Promise<ReconciliationDto> {
    return this.commands.execute(new ReconcilePayments({ orderNumber }));
  }

  @Get('refunds')
  @Operation({
    summary: 'All refunds, newest first',
    description: 'With `status=failed`, those that somebody has to look after.',
    answers: pageOf(RefundDto),
  })
  async listRefunds(@Query() query: RefundQuery): Promise<Page<RefundDto>> {
    const slice = sliceOf(query);
    const refunds = await this.queries.execute(new ListRefunds({ wish: query.wish(), slice }));
    return pageFrom(refunds, slice, RefundDto.of);
  }

  @Post('refunds/:id/retry')
  @Operation({
    summary: 'Send a refund that failed once more',
    description:
      'As another attempt, with a key of its own. Its goods and its money count as refunded again first, and it is refused when they have been refunded otherwise.',
    answers: RefundDto,
    refuses: [RefundNotFound, IllegalTransition, RefundTooLarge, RefundedOtherwise, StaleVersion],
  })
  async retryRefund(@Param('id') refundId: string): Promise<RefundDto> {
    return RefundDto.of(await this.commands.execute(new RetryRefund({ refundId })));
  }
}

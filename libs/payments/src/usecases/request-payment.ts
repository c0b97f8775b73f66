import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RequestPayment } from '../contract/payment-commands';
import { AmountNotChargeable, ProviderUnavailable } from '../contract/refusals';
import { Config, InvalidInput } from '@cartwright/platform';
import { requestPayment, type CaptureMode, type Payment } from '../model/payment';
import { customerAt, methodIn } from '../model/wallet';
import { PaymentStore } from '../store/payment.store';
import { WalletStore } from '../store/wallet.store';
import { GatewayCalls } from './gateway-calls';

type Input = RequestPayment['input'];
type Payer = Pick<Payment, 'token' | 'customer' | 'saveMethod'>;

@CommandHandler(RequestPayment)
export class RequestPaymentHandler implements ICommandHandler<RequestPayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly wallets: WalletStore,
    private readonly calls: GatewayCalls,
    private readonly config: Config,
  ) {}

  async execute({ input }: RequestPayment): Promise<void> {
    const { provider, amount, currency } = input;
    const gateway = this.calls.of({ provider });
    const limits = gateway.limits(currency);
    // Refused here, inside the caller's transaction, it leaves nothing behind; refused by the provider it would leave a Failed order.
    if (amount < limits.least || amount > limits.most || amount % limits.step !== 0)
      throw new AmountNotChargeable({ amount, currency, ...limits });
    const captureMode: CaptureMode = gateway.capabilities.separateCapture ? this.config.PAYMENT_CAPTURE : 'automatic';
    const { orderId, orderNumber, email } = input;
    const payer = await this.payerOf(input);
    if (Boolean(payer.token) !== gateway.capabilities.tokenFirst) throw wrongToken(provider, payer.token);
    await this.payments.save(
      requestPayment({ orderId, orderNumber, email, provider, amount, currency, captureMode, ...payer }, new Date()),
    );
  }

  /** What is paid with, and whose it is or will be. */
  private async payerOf({ provider, token, userId, savedMethodId, saveMethod }: Input): Promise<Payer> {
    if (!savedMethodId && !saveMethod) return { token };
    const wallet = userId ? await this.wallets.ofUser(userId) : null;
    const customer = wallet ? customerAt(wallet, provider)?.reference : undefined;
    if (savedMethodId) return { token: methodIn(wallet, savedMethodId).reference, customer };
    if (!customer) throw new ProviderUnavailable({ provider }); // opened before (OpenWallet), and gone at the provider since
    return { token, customer, saveMethod };
  }
}

function wrongToken(provider: string, token: string | undefined): Error {
  const [code, message] = token
    ? ['not_expected', `${provider} takes no token: it asks the buyer once the order is placed.`]
    : ['required', `token is required: ${provider} gives one to the buyer's client.`];
  return new InvalidInput({ errors: [{ path: 'payment.token', code, message }] });
}

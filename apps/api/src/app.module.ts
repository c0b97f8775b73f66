import { Module, type DynamicModule } from '@nestjs/common';
import { CartModule } from '@cartwright/cart';
import { CatalogModule } from '@cartwright/catalog';
import { FulfilmentModule } from '@cartwright/fulfilment';
import { IdentityModule } from '@cartwright/identity';
import { InventoryModule } from '@cartwright/inventory';
import { NotificationsModule } from '@cartwright/notifications';
import { OrdersModule } from '@cartwright/orders';
import { PaymentsModule, type PaymentProviders } from '@cartwright/payments';
import { PlatformModule, type PlatformOptions } from '@cartwright/platform';

export type ShopOptions = PlatformOptions & PaymentProviders;

/** The whole shop: every context, on one platform. */
@Module({})
export class AppModule {
  static forRoot({ stripe, razorpay, ...platform }: ShopOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(platform),
        IdentityModule,
        InventoryModule,
        PaymentsModule.forRoot({ stripe, razorpay }),
        FulfilmentModule,
        CatalogModule,
        CartModule,
        OrdersModule,
        NotificationsModule,
      ],
    };
  }
}

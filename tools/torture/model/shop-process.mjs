// A process of the shop: its contexts with their real handlers and stores, on the world's database and provider. A process that crashed starts anew with the memory of a
// fresh one, without the second that building it takes.
import { dependency, mongoose, part } from './product.mjs';
import { driverFor } from './driver.mjs';
import { probed, probeKey } from './invariants.mjs';

const { NestFactory } = dependency('@nestjs/core');
const { Logger } = dependency('@nestjs/common');
const { CommandBus, EventsHandler, QueryHandler } = dependency('@nestjs/cqrs');
const { getConnectionToken } = dependency('@nestjs/mongoose');
const { eventClassOf, eventNameOf } = part('kernel');
const { PlatformModule, Transactions, createIndexes, loadConfig, Doctor } = part('platform');
const { DeliveryOptions, Relay } = part('platform', 'messaging/relay');
const { FailedDeliveries } = part('platform', 'messaging/failed-deliveries');
const { Timers } = part('platform', 'messaging/timers');
const { Reactions } = part('platform', 'messaging/reactions');
const { PaymentsModule } = part('payments');
const { PaymentGateways } = part('payments', 'gateways/payment-gateway');
const { InventoryModule } = part('inventory');
const { FulfilmentModule } = part('fulfilment');
const { CartModule } = part('cart');
const { OrdersModule } = part('orders');
const { GetVariants } = part('catalog', 'contract/sellable-variant');

export const webhookSecret = 'whsec_model';

/** What is sold. The catalogue itself is no part of this. */
export const products = ['A', 'B'].map((sku, index) => ({
  ...{
    productId: `aaaaaaaaaaaaaaaaaaaaaa0${index}`,
    variantId: `bbbbbbbbbbbbbbbbbbbbbb0${index}`,
    sku,
    name: sku,
    brand: 'Own',
    options: {},
  },
  ...{ price: index === 0 ? 1000 : 333, currency: 'USD', isActive: true },
}));

class PriceList {
  async execute({ input: { items } }) {
    return items.map(({ productId }) => products.find((product) => product.productId === productId) ?? null);
  }
}
QueryHandler(GetVariants)(PriceList);

/** Hears what matters most and counts it in the same transaction, without knowing what it heard before: what is applied twice is counted twice. */
class Probe {
  constructor(connection, transactions) {
    this.connection = connection;
    this.transactions = transactions;
  }

  async handle(event) {
    const { session } = this.transactions;
    await this.connection.collection('probes').insertOne({ key: probeKey(eventNameOf(event), event.data) }, { session });
  }
}
EventsHandler(...[...probed].map((name) => eventClassOf(name)))(Probe);
Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: getConnectionToken() }], Probe);
Reflect.defineMetadata('design:paramtypes', [Object, Transactions], Probe);

Logger.overrideLogger(false);

export class ShopProcess {
  transactions = new Set();

  constructor(world, name) {
    this.world = world;
    this.name = name;
  }

  static async boot(world, provider, name) {
    const process = new ShopProcess(world, name);
    mongoose.setDriver((world.driver ??= driverFor(world)));
    world.booting = process;
    process.config = { ...loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }), RESERVATION_MINUTES: 2 };
    const platform = PlatformModule.forRoot({ config: process.config, mongoUri: `mongodb://memory/${name}`, delivery: { deliver: false } });
    const payments = PaymentsModule.forRoot({ stripe: { secretKey: 'sk_test_model', webhookSecret } });
    const root = {
      module: class Root {},
      imports: [platform, InventoryModule, payments, FulfilmentModule, CartModule, OrdersModule],
      providers: [PriceList, Probe],
    };
    process.app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    await createIndexes(process.app);
    const get = (token) => process.app.get(token, { strict: false });
    const gateway = get(PaymentGateways).find('stripe');
    process.stripe = gateway.stripe;
    gateway.stripe = provider.sdkFor(process, gateway.stripe);
    get(Reactions).find('all are known from now on');
    Object.assign(process, {
      commands: get(CommandBus),
      doctor: get(Doctor),
      relay: get(Relay),
      timers: get(Timers),
      failed: get(FailedDeliveries),
    });
    get(DeliveryOptions).deliver = true;
    process.memory = memoryOf(process.app);
    world.booting = null;
    return process;
  }

  /** Begins to deliver events and to run timers, as a process does that has just started, with nothing in its memory. */
  start() {
    for (const restore of this.memory) restore();
    this.world.start(this, 'start', () => {
      this.relay.onApplicationBootstrap();
      void this.timers.onApplicationBootstrap();
    });
  }

  stop() {
    this.world.crash(this, 0, 0);
  }
}

/** How to put back all that the providers of a process remember: their own fields, and those of the small things that they hold. */
function memoryOf(app) {
  const restores = [];
  const seen = new Set();
  const remember = (holder) => {
    if (seen.has(holder)) return;
    seen.add(holder);
    const known = new Set(Object.keys(holder));
    // What is not there from the start was remembered later.
    restores.push(() => {
      for (const key of Object.keys(holder)) if (!known.has(key)) delete holder[key];
    });
    for (const key of known) {
      const value = holder[key];
      if (value === null || typeof value !== 'object') restores.push(() => (holder[key] = value));
      else if (value instanceof Map) restores.push(putBack(holder, key, [...value], (entries) => new Map(entries)));
      else if (value instanceof Set) restores.push(putBack(holder, key, [...value], (entries) => new Set(entries)));
      else if (Array.isArray(value) && !Object.isFrozen(value)) restores.push(putBack(holder, key, [...value], (entries) => [...entries]));
      else if (value instanceof Promise) restores.push(putBack(holder, key, undefined, () => Promise.resolve()));
      else {
        restores.push(() => (holder[key] = value));
        if (isSmall(value)) remember(value);
      }
    }
  };
  for (const module of app.container.getModules().values())
    for (const { instance, metatype, inject } of module.providers.values())
      if (instance && typeof metatype === 'function' && !inject && own.has(module.metatype.name) && !outsiders.has(instance.constructor))
        remember(instance);
  return restores;
}

const own = new Set([
  'MessagingModule',
  'DatabaseModule',
  'InventoryModule',
  'PaymentsModule',
  'FulfilmentModule',
  'CartModule',
  'OrdersModule',
]);
const outsiders = new Set([Reactions]);
const small = new Set(['WaitingLines', 'Places', 'RanShort']);

function isSmall(value) {
  return small.has(value.constructor?.name);
}

function putBack(holder, key, kept, make) {
  return () => (holder[key] = make(kept));
}

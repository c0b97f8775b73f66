import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CommandBus, EventsHandler, Saga, type ICommand, type IEventHandler } from '@nestjs/cqrs';
import { ApiExtension } from '@nestjs/swagger';
import { eventClassOf, type DomainEvent } from '@cartwright/kernel';
import { lastValueFrom, of, toArray, type Observable } from 'rxjs';

/** A reaction that reaches into the outside world: it runs in no transaction and must bear being repeated. */
const outside = Symbol('outside');

/**
 * Marks an `@EventsHandler`, or a route, that calls the outside world (a gateway, a mail server). It runs in no transaction, and after a crash it may run again
 * for an event it has been through, or for a request that is repeated with its `Idempotency-Key`: `because` says what makes that harmless.
 */
export function OutsideTransaction(because: string): ClassDecorator & MethodDecorator {
  return (target: object, name?: string | symbol, method?: PropertyDescriptor) => {
    Reflect.defineMetadata(outside, because, (method?.value as object | undefined) ?? target);
    if (method) ApiExtension(outsideKey, true)(target, name, method);
  };
}

/** Tells the maker of the API document; it is not in the document. */
export const outsideKey = 'x-outside-transaction';

/** Whether a handler of events (its class) or of requests (its method) is marked so. */
export function isOutsideTransaction(marked: object): boolean {
  return Reflect.hasMetadata(outside, marked);
}

/** A saga method or an events handler, as the relay sees it. */
export interface Reaction {
  readonly name: string;
  readonly outside: boolean;
  hears(event: DomainEvent): boolean;
  react(event: DomainEvent): Promise<void>;
}

type SagaMethod = (events: Observable<DomainEvent>) => Observable<ICommand>;

/** Read off the decorators themselves, because Nest does not export the names of its metadata. */
const handlerKey = metadataKeyOf((target) => EventsHandler(class Probe {})(target));
const sagaKey = metadataKeyOf((target) => Saga()(target.prototype as object, 'probe'));

/**
 * Everything that reacts to events: Nest's own `@EventsHandler` classes and `@Saga()` methods, found once at start. Their decorators and signatures
 * are Nest's; how events reach them is the relay's business, because the in-memory bus loses what a crash interrupts.
 */
@Injectable()
export class Reactions {
  private readonly logger = new Logger(Reactions.name);
  private all?: readonly Reaction[];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly commands: CommandBus,
  ) {}

  /** The names of the reactions that hear an event. */
  namesFor(event: DomainEvent): string[] {
    return this.reactions.filter((reaction) => this.hears(reaction, event)).map((reaction) => reaction.name);
  }

  /** The reaction of that name, or `undefined` when this program has none. */
  find(name: string): Reaction | undefined {
    return this.reactions.find((reaction) => reaction.name === name);
  }

  private get reactions(): readonly Reaction[] {
    this.all ??= this.discover();
    return this.all;
  }

  /** A saga that throws while it is asked counts as hearing: its delivery then fails, is retried, and parked where an admin sees it. */
  private hears(reaction: Reaction, event: DomainEvent): boolean {
    try {
      return reaction.hears(event);
    } catch (error) {
      this.logger.error(`Reaction ${reaction.name} throws when asked about an event.`, error);
      return true;
    }
  }

  private discover(): Reaction[] {
    const found = this.discovery.getProviders().flatMap((provider) => {
      const instance = provider.instance as object | undefined;
      if (!instance || !provider.metatype) return [];
      return [...this.handlersOf(instance, provider.metatype), ...this.sagasOf(instance, provider.metatype)];
    });
    const names = found.map((reaction) => reaction.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) throw new Error(`Two reactions are called ${twice}.`);
    return found;
  }

  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- Nest's own type for a provider's class
  private handlersOf(instance: object, type: Function): Reaction[] {
    const events = Reflect.getMetadata(handlerKey, type) as readonly unknown[] | undefined;
    if (!events) return [];
    const handler = instance as IEventHandler<DomainEvent>;
    return [
      {
        name: type.name,
        outside: isOutsideTransaction(type),
        hears: (event) => events.includes(event.constructor),
        react: async (event) => {
          await handler.handle(event);
        },
      },
    ];
  }

  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- as above
  private sagasOf(instance: object, type: Function): Reaction[] {
    const methods = (Reflect.getMetadata(sagaKey, type) as readonly string[] | undefined) ?? [];
    return methods.map((method) => {
      const saga = ((instance as Record<string, SagaMethod>)[method] as SagaMethod).bind(instance);
      return {
        name: `${type.name}.${method}`,
        outside: false,
        hears: (event) => commandsNow(saga, event).length > 0,
        react: async (event) => {
          for (const command of await lastValueFrom(saga(of(event)).pipe(toArray()))) await this.commands.execute(command);
        },
      };
    });
  }
}

/** An event as its class, from its stored form. Throws when this program does not know the name. */
export function revive(name: string, data: object): DomainEvent {
  const type = eventClassOf(name);
  if (!type) throw new Error(`This program does not know the event "${name}".`);
  return new type(data);
}

/** Sagas are pure maps, so they answer at once; the commands are only looked at, not executed. */
function commandsNow(saga: SagaMethod, event: DomainEvent): ICommand[] {
  const commands: ICommand[] = [];
  let failure: unknown;
  saga(of(event)).subscribe({ next: (command) => commands.push(command), error: (error: unknown) => (failure = error) });
  if (failure) throw failure;
  return commands;
}

function metadataKeyOf(decorate: (target: new () => object) => void): string {
  class Target {}
  decorate(Target);
  return Reflect.getMetadataKeys(Target)[0] as string;
}

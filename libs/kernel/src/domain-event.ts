/**
 * Something that happened, told to whoever listens. `data` is plain JSON, because it is stored, queued and logged.
 * An event's wire name ({@link EventName}) is for ever: when the payload changes, a new class with a `.v2` name is added.
 */
export interface DomainEvent<Data extends object = object> {
  readonly data: Readonly<Data>;
}

/** The constructor of an event class. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each event class has its own payload type, the registry holds them all
type EventClass = new (data: any) => DomainEvent;

const classes = new Map<string, EventClass>();
const names = new Map<unknown, string>();
const wireName = /^[a-z]+\.[a-z_]+\.v[1-9][0-9]*$/;

/** Gives an event class its wire name, `context.what_happened.v1`. Two classes of one name, or a malformed name, stop the start. */
export function EventName(name: string): (target: EventClass) => void {
  return (target) => {
    if (!wireName.test(name)) throw new Error(`Event name "${name}" is not of the form context.what_happened.v1.`);
    if (classes.has(name)) throw new Error(`Two event classes are called "${name}".`);
    classes.set(name, target);
    names.set(target, name);
  };
}

/** The wire name of an event's class. Throws when the class has none. */
export function eventNameOf(event: DomainEvent | EventClass): string {
  const target = typeof event === 'function' ? event : event.constructor;
  const name = names.get(target);
  if (!name) throw new Error(`Event class ${target.name} has no @EventName.`);
  return name;
}

/** The class behind a wire name, or `undefined` when this program does not know it. */
export function eventClassOf(name: string): EventClass | undefined {
  return classes.get(name);
}

/** The wire names of all events declared by the modules loaded so far. */
export function declaredEvents(): readonly string[] {
  return [...classes.keys()];
}

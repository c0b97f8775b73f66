import { Long, UUID } from 'bson';
import { decode, encode, type Document } from '../../src/bson/codec';
import { dispatch, tailOf } from '../../src/commands/dispatch';
import type { Engine } from '../../src/engine';
import { parseMessage } from '../../src/protocol/messages';
import { encodeReply } from '../../src/protocol/reply';

/** Asks an engine by whole messages, as a connection does, plainly or in a transaction. */
export class Asker {
  private readonly lsid = { id: new UUID() };
  private number = 0;
  private running: 'no' | 'fresh' | 'yes' = 'no';

  constructor(private readonly engine: () => Engine) {}

  begin(): void {
    this.number++;
    this.running = 'fresh';
  }

  async end(how: 'commitTransaction' | 'abortTransaction'): Promise<void> {
    await this.ask({ [how]: 1, ...this.numbered(), $db: 'admin' });
    this.running = 'no';
  }

  /** What the command is answered, inside the transaction if there is one. */
  ask(command: Document): Promise<Document> {
    if (this.running === 'no' || command['txnNumber'] !== undefined) return this.askPlainly(command);
    const start = this.running === 'fresh' ? { startTransaction: true } : {};
    this.running = 'yes';
    return this.askPlainly({ ...command, ...this.numbered(), ...start });
  }

  async askPlainly(command: Document): Promise<Document> {
    const body = encode({ ...command, $db: command['$db'] ?? 'test' });
    const message = Buffer.alloc(21 + body.length);
    message.writeInt32LE(message.length, 0);
    message.writeInt32LE(2013, 12);
    message.set(body, 21);
    const engine = this.engine();
    const reply = await dispatch(engine, parseMessage(message), { id: 1 });
    const answer = decode(encodeReply(reply, tailOf(engine, reply)));
    return { ...answer, ok: Number(answer['ok']) };
  }

  private numbered(): Document {
    return { lsid: this.lsid, txnNumber: Long.fromNumber(this.number), autocommit: false };
  }
}

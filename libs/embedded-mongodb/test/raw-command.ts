import { connect } from 'node:net';
import { deserialize, serialize, type Document } from 'bson';

/** Sends one command as it is, and gives the reply as it comes. */
export function rawCommand(port: number, command: Document): Promise<Document> {
  const body = serialize(command);
  const head = Buffer.alloc(21);
  head.writeInt32LE(21 + body.length, 0);
  head.writeInt32LE(2013, 12);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < 4 || answer.length < answer.readInt32LE(0)) return;
      socket.destroy();
      resolve(deserialize(answer.subarray(21)));
    });
    socket.write(Buffer.concat([head, body]));
  });
}

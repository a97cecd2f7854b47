import type { CreatorId } from '../../core/ids.js';
import type { ReplyStatus } from '../../core/ports/chat-adapter.js';
import { describeExport, describeImport } from '../../core/transfer/transfer-messages.js';
import type { Serving } from './connection.js';
import { FILE_CHUNK_BYTES, type ImportRequest } from './protocol.js';

/** Whoever may open the socket owns the data folder, and so runs this Docent. */
const ROLE = 'operator';

/** Sends a creator's export, no faster than it is read, and what is in it. */
export async function serveExport(serving: Serving, creatorId: CreatorId): Promise<void> {
  const { host, send, signal } = serving;
  const summary = await host.transfer(ROLE).exportCreator(creatorId, {
    signal,
    onStatus: showing(serving),
    async write(bytes) {
      for (let from = 0; from < bytes.length; from += FILE_CHUNK_BYTES) {
        const part = Buffer.from(bytes.subarray(from, from + FILE_CHUNK_BYTES));
        await send({ type: 'bytes', base64: part.toString('base64') });
      }
    },
  });
  await send({ type: 'message', message: describeExport(creatorId, summary) });
}

/** Takes an export in, and says what became of it. */
export async function serveImport(
  serving: Serving,
  { creatorId, replace }: ImportRequest,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { host, send, signal } = serving;
  const summary = await host.transfer(ROLE).importCreator(bytes, {
    ...(creatorId === undefined ? {} : { creatorId }),
    replace,
    signal,
    onStatus: showing(serving),
    onNote: (text) => send({ type: 'text', text }),
  });
  await send({ type: 'message', message: describeImport(summary) });
}

/** Only the newest status matters: a slow reader gets the next one. */
function showing({ socket, send }: Serving): (status: ReplyStatus) => void {
  return (status) => {
    if (!socket.writableNeedDrain) void send({ type: 'status', ...status });
  };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Transfer } from '../../../src/core/transfer/transfer.js';
import { eventually } from '../../support/eventually.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { openTerminal } from './open-terminal.js';

const coach = creatorIdSchema.parse('coach');
const exportRequest = { type: 'export', creatorId: coach } as const;

/** A terminal whose host transfers as the test says, to operators alone. */
function openWith(transfer: Partial<Transfer>) {
  return openTerminal({
    transfer(role) {
      if (role !== 'operator') throw new DocentError('ACCESS_DENIED', { userMessage: 'No.' });
      return transfer as Transfer;
    },
  });
}

describe('an export over the socket', () => {
  it('arrives byte by byte as it was written, with its status, and ends with what is in it', async () => {
    const written = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
    const { connect } = await openWith({
      async exportCreator(creatorId, { write, onStatus }) {
        expect(creatorId).toBe('coach');
        onStatus({ text: 'Exporting', progress: { done: 1, total: 2 } });
        await write(written.subarray(0, 150_000));
        await write(written.subarray(150_000));
        return { documents: 2, chunks: 3, links: 1, leftOut: 0 };
      },
    });
    const parts: Uint8Array[] = [];
    const statuses: string[] = [];
    const message = await (
      await connect()
    ).transfer({
      request: exportRequest,
      onStatus: ({ text }) => statuses.push(text),
      async onBytes(bytes) {
        parts.push(bytes);
      },
    });
    expect(Buffer.concat(parts).equals(written)).toBe(true);
    expect(statuses).toEqual(['Exporting']);
    expect(message.text).toBe('**coach** was exported: 2 documents, 3 passages and 1 channel link.');
  });

  it('ends in the error that stopped it', async () => {
    const { connect } = await openWith({
      async exportCreator() {
        throw new DocentError('COMMAND_INPUT', { userMessage: 'There is no creator "coach" to export.' });
      },
    });
    const message = await (await connect()).transfer({ request: exportRequest });
    expect(message).toMatchObject({ kind: 'error', text: expect.stringContaining('There is no creator') });
  });

  it('is stopped when the client goes away', async () => {
    let isStopped = false;
    const { connect } = await openWith({
      async exportCreator(_creatorId, { signal, write }) {
        await write(Buffer.from('x'));
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true });
        });
        isStopped = true;
        throw new DocentError('CANCELLED', { userMessage: 'Stopped.' });
      },
    });
    const stopping = new AbortController();
    const connection = await connect(stopping.signal);
    const onBytes = async (): Promise<void> => stopping.abort(new Error('seen enough'));
    await expect(connection.transfer({ request: exportRequest, onBytes })).rejects.toThrow('seen enough');
    await eventually('the export is stopped', () => isStopped);
  });

  it('is given up when its bytes cannot be kept', async () => {
    const { connect } = await openWith({
      async exportCreator(_creatorId, { write }) {
        await write(Buffer.from('x'));
        return { documents: 0, chunks: 0, links: 0, leftOut: 0 };
      },
    });
    const onBytes = async (): Promise<void> => {
      throw new DocentError('COMMAND_INPUT', { userMessage: 'The disk is full.' });
    };
    await expect((await connect()).transfer({ request: exportRequest, onBytes })).rejects.toThrow('The disk is full.');
  });
});

describe('an import over the socket', () => {
  const summary = { creatorId: coach, added: 1, replaced: 0, known: 0, kept: 1, chunks: 5, links: 0 };

  it('takes the bytes of the file, and says what was left as it is', async () => {
    const path = join(await temporaryFolder(), 'coach.docent.ndjson.gz');
    const content = Buffer.alloc(200_000, 'docent');
    await writeFile(path, content);
    let taken = Buffer.alloc(0);
    const { connect } = await openWith({
      async importCreator(bytes, { creatorId, replace, onNote }) {
        expect({ creatorId, replace }).toEqual({ creatorId: undefined, replace: true });
        for await (const part of bytes) taken = Buffer.concat([taken, part]);
        await onNote('One was kept.');
        return summary;
      },
    });
    const notes: string[] = [];
    const message = await (
      await connect()
    ).transfer({ request: { type: 'import', replace: true }, path, onText: (text) => notes.push(text) });
    expect(taken.equals(content)).toBe(true);
    expect(notes).toEqual(['One was kept.']);
    expect(message.text).toBe(
      '**coach**: 1 document added and 1 kept with another content. 5 passages can be asked about now; what they mean is learned in the background.',
    );
  });

  it('tells of a damaged file although more of it was on its way', async () => {
    const path = join(await temporaryFolder(), 'large.gz');
    await writeFile(path, Buffer.alloc(4_000_000, 'x'));
    const { connect } = await openWith({
      async importCreator(bytes) {
        for await (const _ of bytes) break;
        throw new DocentError('EXPORT_DAMAGED', { userMessage: 'The file is damaged.' });
      },
    });
    const message = await (await connect()).transfer({ request: { type: 'import', replace: false }, path });
    expect(message).toMatchObject({ kind: 'error', text: expect.stringContaining('The file is damaged.') });
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChromaClient } from 'chromadb';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { type RunningProcess, runDocent, startDocentProcess } from '../support/docent-process.js';
import { makeDocx } from '../support/make-docx.js';
import { makePdf } from '../support/make-pdf.js';
import { describeWithAll } from '../support/obtained.js';
import { type ServerEngines, useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const scholarship = () =>
  makePdf({
    title: 'Scholarship guide',
    pages: [
      ['To apply for the scholarship, send the green form to the office by the first of May.'],
      [
        'In the first year the scholarship pays eight hundred euros a month.',
        'In the second year the scholarship pays nine hundred and fifty euros a month.',
      ],
    ],
  });
const rules = () =>
  makeDocx({
    title: 'House rules',
    sections: [{ heading: 'Pool', level: 1, paragraphs: ['The swimming pool is closed every Wednesday morning.'] }],
  });

async function start(folder: string, environment: Record<string, string>): Promise<RunningProcess> {
  const docent = startDocentProcess(['start'], folder, environment);
  await docent.printed(/Docent is ready/);
  return docent;
}

/** The messages of the one conversation there is, as Redis has them. */
async function keptMessages({ redis }: ServerEngines): Promise<string[]> {
  const client = new Redis(redis.port);
  try {
    const [key, ...others] = await client.keys('conversation:*:messages');
    expect(others).toEqual([]);
    return await client.lrange(key ?? '', 0, -1);
  } finally {
    client.disconnect();
  }
}

/** How many passages Chroma has of the creator. */
async function storedVectors({ chroma }: ServerEngines, creator: string): Promise<number> {
  const client = new ChromaClient({ host: '127.0.0.1', port: chroma.port, ssl: false });
  const collection = await client.getCollection({ name: `creator_${creator}_knowledge` });
  expect(collection.configuration.hnsw?.space).toBe('cosine');
  return collection.count();
}

describeWithAll(['redis-server', 'chroma'], 'the server profile', (parts) => {
  const engines = useServerEngines(parts);

  it('reads, answers, follows up, and knows it all after everything was killed and started again', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'scholarship.pdf'), await scholarship());
    await writeFile(join(folder, 'rules.docx'), await rules());
    const { environment, redis, chroma } = engines();
    const docent = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await runDocent([...args, '--creator', 'coach'], folder, environment);
      return stdout + stderr;
    };
    const first = await start(folder, environment);
    const table = await docent('ingest', 'scholarship.pdf', 'rules.docx');
    expect(table).toMatch(/scholarship\.pdf +added +2/);
    expect(table).toMatch(/rules\.docx +added/);
    const answer = await docent('ask', 'How much does the scholarship pay in the first year?', '--thread', 'money');
    expect(answer).toContain('eight hundred euros');
    expect(answer).toMatch(/Sources\n\[1\] scholarship\.pdf › page 2/);
    expect(await docent('ask', 'And in the second year?', '--thread', 'money')).toContain('nine hundred and fifty');
    expect(await keptMessages(engines())).toHaveLength(4);
    expect(await storedVectors(engines(), 'coach')).toBeGreaterThanOrEqual(3);

    first.process.kill('SIGKILL');
    await Promise.all([first.ended, redis.kill(), chroma.kill()]);
    await Promise.all([redis.restart(), chroma.restart()]);
    await start(folder, environment);
    expect(await docent('ask', 'And in the first year?', '--thread', 'money')).toContain('eight hundred euros');
    expect(await keptMessages(engines())).toHaveLength(6);
    expect(await docent('ask', 'When is the swimming pool closed?')).toContain('Wednesday');
    expect(await docent('ask', 'What is the capital of Mongolia?')).toContain('do not cover');
    expect(await docent('documents')).toMatch(/rules\.docx[\s\S]*scholarship\.pdf/);
  });
});

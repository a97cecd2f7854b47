import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ComponentType } from 'discord.js';
import { Redis } from 'ioredis';
import { ChromaClient } from 'chromadb';
import { expect, it, onTestFinished } from 'vitest';
import { startDiscordStandIn } from '../support/discord/server.js';
import type { Channel, Message, Upload } from '../support/discord/world.js';
import { startDocentProcess } from '../support/docent-process.js';
import { eventually } from '../support/eventually.js';
import { makeDocx } from '../support/make-docx.js';
import { makePdf } from '../support/make-pdf.js';
import { describeWithAll } from '../support/obtained.js';
import { useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A folder with more PDF and Word files that are added beside the made ones, whatever is in them. */
const MORE_DOCUMENTS = process.env['DOCENT_TEST_DOCUMENTS'];
const FILES_AT_ONCE = 5;
const MAX_TRIES = 4;
const ENOUGH_MS = 30 * 60_000;

async function madeFiles(): Promise<Upload[]> {
  const scholarship = await makePdf({
    title: 'Scholarship guide',
    pages: [
      ['To apply for the scholarship, send the green form to the office by the first of May.'],
      ['In the second year the scholarship pays nine hundred and fifty euros a month.'],
    ],
  });
  const rules = await makeDocx({
    title: 'House rules',
    sections: [{ heading: 'Pool', level: 1, paragraphs: ['The swimming pool is closed every Wednesday morning.'] }],
  });
  return [
    { name: 'scholarship.pdf', bytes: scholarship },
    { name: 'rules.docx', bytes: rules },
  ];
}

async function moreFiles(): Promise<Upload[]> {
  if (MORE_DOCUMENTS === undefined) return [];
  const names = (await readdir(MORE_DOCUMENTS, { recursive: true })).filter((name) => /\.(?:pdf|docx)$/.test(name));
  return Promise.all(
    names.toSorted().map(async (name) => ({
      name: name.replaceAll('/', '-'),
      bytes: await readFile(join(MORE_DOCUMENTS, name)),
    })),
  );
}

/** Waits as often as it takes: real files take their time. */
async function outcome(messages: () => readonly Message[], pattern: RegExp): Promise<Message> {
  const found = (): Message | undefined => messages().find(({ content }) => pattern.test(content));
  for (let tries = 0; tries < MAX_TRIES && found() === undefined; tries += 1)
    await eventually('it is said', () => found() !== undefined).catch((error: unknown) => {
      if (tries === MAX_TRIES - 1)
        throw new Error(`only ${JSON.stringify(messages().map(({ content }) => content))} is said`, { cause: error });
    });
  return found() as Message;
}

function selectOf({ components }: Message): string {
  for (const row of components ?? [])
    if (row.type === ComponentType.ActionRow)
      for (const one of row.components) if (one.type === ComponentType.StringSelect) return one.custom_id;
  throw new Error('there is no select');
}

function thumbOf({ components }: Message): string {
  for (const row of components ?? [])
    if (row.type === ComponentType.ActionRow)
      for (const one of row.components)
        if (one.type === ComponentType.Button && 'label' in one && one.label === '👍' && 'custom_id' in one)
          return one.custom_id;
  throw new Error('there is no thumb');
}

describeWithAll(['redis-server', 'chroma'], 'Discord on the server profile', (parts) => {
  const engines = useServerEngines(parts);

  it(
    'adds files, answers, goes on without a mention, shows its source and takes a vote; Redis and Chroma hold it all',
    async () => {
      const folder = await temporaryFolder();
      const server = await startDiscordStandIn();
      onTestFinished(() => server.close());
      const guild = server.addGuild({ name: 'School' });
      guild.addChannel({ name: 'general' });
      const channel = guild.addChannel({ name: 'help' });
      const manager = guild.addMember({ permissions: ['ManageGuild'] });
      const member = guild.addMember();
      const docent = startDocentProcess(['start'], folder, {
        ...engines().environment,
        DISCORD_TOKEN: server.token,
        DISCORD_API_URL: server.apiUrl,
        DISCORD_CDN_URL: server.cdnUrl,
      });
      await docent.printed(/Docent is ready/);
      await manager.useCommand(channel, 'link', { creator: 'school' }).reply();

      const more = await moreFiles();
      const results = { added: 0, refused: 0 };
      for (let from = 0; from < more.length; from += FILES_AT_ONCE) {
        const files = more.slice(from, from + FILES_AT_ONCE);
        const options = files.map((file, index) => [index === 0 ? 'file' : `file-${index + 1}`, file] as const);
        const run = manager.useCommand(channel, 'ingest', Object.fromEntries(options));
        await outcome(() => run.messages, /was not added|can be asked|already known/);
        const text = run.messages.map(({ content }) => content).join('\n');
        const lines = files.map(({ name }) =>
          text.split('\n').find((line) => line.replaceAll('\\', '').startsWith(`**${name}**`)),
        );
        expect(lines.filter((line) => line === undefined)).toEqual([]);
        for (const line of lines) results[line?.includes('was not added') === true ? 'refused' : 'added'] += 1;
      }
      if (more.length > 0) process.stdout.write(`files of ${MORE_DOCUMENTS}: ${JSON.stringify(results)}\n`);

      const [scholarship, rules] = await madeFiles();
      const ingest = manager.useCommand(channel, 'ingest', { file: scholarship as Upload, 'file-2': rules as Upload });
      await outcome(() => ingest.messages, /scholarship\.pdf\*\* can be asked[^]*rules\.docx\*\* can be asked/);

      const ask = member.useCommand(channel, 'ask', {
        question: 'How many euros does the scholarship pay in the second year?',
      });
      await ask.reply();
      const place = (): Channel | undefined => guild.channels.get(ask.messages[0]?.id ?? '');
      await eventually('there is a thread', () => place() !== undefined);
      const thread = place() as Channel;
      const answer = await outcome(() => thread.messages, /scholarship\.pdf, page 2/);
      expect(answer.content).toMatch(/Sources/);
      member.post(thread, 'When is the swimming pool closed?');
      await outcome(() => thread.messages, /rules\.docx/);

      const passage = await member.select(answer, selectOf(answer), ['1']).reply();
      expect(passage.content).toMatch(/\*\*(?:second|year|scholarship)\*\*/);
      expect((await member.press(answer, thumbOf(answer)).reply()).content).toMatch(/Thank you/);

      const { redis, chroma } = engines();
      const client = new Redis(redis.port);
      onTestFinished(() => client.disconnect());
      const [key, ...others] = await client.keys('conversation:*:messages');
      expect(others).toEqual([]);
      expect(key).toContain(thread.id);
      const kept = await client.lrange(key ?? '', 0, -1);
      expect(kept).toHaveLength(4);
      expect(kept.join('\n')).toContain('When is the swimming pool closed?');

      const chunks = async (): Promise<number> => {
        const store = new ChromaClient({ host: '127.0.0.1', port: chroma.port, ssl: false });
        return (await store.getCollection({ name: 'creator_school_knowledge' })).count();
      };
      await eventually('the chunks are in Chroma', async () => (await chunks()) >= 3);
      expect(server.pings).toEqual([]);
      expect(server.violations).toEqual([]);
      docent.process.kill('SIGTERM');
      expect((await docent.ended).code).toBe(0);
    },
    ENOUGH_MS,
  );
});

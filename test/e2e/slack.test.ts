import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { ChromaClient } from 'chromadb';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { EVENTS_PATH, INSTALL_PATH } from '../../src/adapters/slack/app-surface.js';
import { startDocentProcess } from '../support/docent-process.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { makeDocx } from '../support/make-docx.js';
import { makePdf } from '../support/make-pdf.js';
import { describeWithAll } from '../support/obtained.js';
import { type ServerEngines, useServerEngines } from '../support/server-engines.js';
import type { ChosenFile, Person } from '../support/slack/person.js';
import { startSlackStandIn } from '../support/slack/server.js';
import type { SlackStandIn } from '../support/slack/surface.js';
import type { Channel } from '../support/slack/world.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A folder of real PDF and Word files to be added beside those that are made here. */
const DOCUMENTS = process.env['DOCENT_TEST_DOCUMENTS'];
const FILES_IN_A_FORM = 10;
const MAX_FORM_BYTES = 10_000_000;
/** Ten real files of hundreds of pages take their time. */
const FILES_PATIENCE_MS = 200_000;
/** A limit for what hangs. */
const REAL_FILES_TIMEOUT_MS = 1_800_000;

/** A workspace that installed the app itself, with its creator and a channel. */
interface Office {
  readonly teamId: string;
  readonly owner: Person;
  readonly member: Person;
  readonly channel: Channel;
  readonly mention: string;
}

/** Slack's servers, and a Docent that two workspaces of strangers have installed. */
async function open({ environment }: ServerEngines, keyPrefix: string) {
  const server = await startSlackStandIn();
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${await freePort()}`;
  const docent = startDocentProcess(['start'], await temporaryFolder(), {
    ...environment,
    // Another stand-in gives the same ids again: what was said in one must not be known in the other.
    REDIS_KEY_PREFIX: keyPrefix,
    DOCENT_WEB_PORT: new URL(url).port,
    DOCENT_QUESTIONS_PER_MINUTE: '1000',
    SLACK_API_URL: server.apiUrl,
    SLACK_SIGNING_SECRET: server.app.signingSecret,
    SLACK_CLIENT_ID: server.app.clientId,
    SLACK_CLIENT_SECRET: server.app.clientSecret,
    SLACK_TOKEN_KEY: 'a key of thirty-two characters or more',
    SLACK_PUBLIC_URL: url,
  });
  await docent.printed(/Docent is ready/);
  server.deliverTo({ events: `${url}${EVENTS_PATH}` });
  return { server, url, docent };
}

async function move(server: SlackStandIn, url: string, name: string): Promise<Office> {
  const { id: teamId } = server.addWorkspace(name);
  const owner = server.addUser(teamId, `${name}-owner`, 'owner');
  const member = server.addUser(teamId, `${name}-member`);
  server.behaviour.consent = { teamId, userId: owner.id };
  const begun = await fetch(`${url}${INSTALL_PATH}`, { redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const consent = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const installed = await fetch(consent.headers.get('location') ?? '', { headers: { cookie } });
  expect(await installed.text()).toContain('is installed');
  const { botUserId } = server.installation(teamId);
  const channel = server.addChannel(teamId, `${name}-general`, [owner.id, member.id, botUserId]);
  owner.command('/docent', `link ${name}-course`, channel.id);
  await eventually('the link', () =>
    server.screen.ephemerals(owner.id).some(({ text }) => text.includes(`${name}-course`)),
  );
  return { teamId, owner, member, channel, mention: `<@${botUserId}>` };
}

/** Somebody asks in the channel; resolves to the thread when its answer is there. */
async function ask(server: SlackStandIn, { member, channel, mention }: Office, question: string): Promise<string> {
  const { message } = member.post(channel.id, { text: `${mention} ${question}` });
  await answered(server, channel, message.ts, 1);
  return message.ts;
}

const shownIn = (server: SlackStandIn, channel: Channel, threadTs: string) =>
  server.screen.thread(channel.id, threadTs).filter(({ isFromApp }) => isFromApp);

async function answered(server: SlackStandIn, channel: Channel, threadTs: string, count: number): Promise<void> {
  await eventually(`answer ${count}`, () => {
    const shown = shownIn(server, channel, threadTs);
    return shown.length >= count && shown.every(({ metadata }) => metadata !== undefined);
  });
}

const scholarship = async (): Promise<ChosenFile> => ({
  name: 'scholarship.pdf',
  bytes: await makePdf({
    title: 'Scholarship guide',
    pages: [
      ['To apply for the scholarship, send the green form to the office by the first of May.'],
      [
        'In the first year the scholarship pays eight hundred euros a month.',
        'In the second year the scholarship pays nine hundred and fifty euros a month.',
      ],
    ],
  }),
});
const rules = async (): Promise<ChosenFile> => ({
  name: 'rules.docx',
  bytes: await makeDocx({
    title: 'House rules',
    sections: [{ heading: 'Pool', level: 1, paragraphs: ['The swimming pool is closed every Wednesday morning.'] }],
  }),
});

/** Everything of Docent's that people of a workspace can see. */
function seenIn(server: SlackStandIn, { channel, owner, member }: Office): string {
  const threads = server.screen
    .channel(channel.id)
    .flatMap(({ ts, text }) => [text, ...shownIn(server, channel, ts).map((one) => one.text)]);
  const own = [owner, member].flatMap(({ id }) =>
    [...server.screen.ephemerals(id), ...server.screen.direct(id)].map(({ text }) => text),
  );
  return [...threads, ...own].join('\n');
}

async function addByForm(
  server: SlackStandIn,
  { owner, channel }: Office,
  files: readonly ChosenFile[],
): Promise<void> {
  owner.command('/ingest', '', channel.id);
  await eventually('the form', () => server.screen.modal(owner.id) !== undefined);
  await owner.submit({ docent_files: files }).settled;
  await told(server, channel, files);
}

/** Waits until the channel tells of every file. */
async function told(server: SlackStandIn, channel: Channel, files: readonly ChosenFile[]): Promise<void> {
  const isTold = ({ text }: { readonly text: string }): boolean =>
    files.every(({ name }) => text.replaceAll('\\', '').includes(name)) &&
    /can be asked about|was not added|already known/.test(text);
  await eventually(
    `the result of ${files.map(({ name }) => name).join(', ')}`,
    () =>
      server.screen.channel(channel.id).some((root) => isTold(root) || shownIn(server, channel, root.ts).some(isTold)),
    FILES_PATIENCE_MS,
  );
}

async function addByShortcut(
  server: SlackStandIn,
  { owner, channel }: Office,
  files: readonly ChosenFile[],
): Promise<void> {
  const { message } = owner.post(channel.id, { files });
  await owner.messageShortcut('add_to_knowledge', message).settled;
  await told(server, channel, files);
}

describeWithAll(['redis-server', 'chroma'], 'Docent in Slack', (parts) => {
  const engines = useServerEngines(parts);

  it('serves two workspaces that know nothing of each other, from the installation to the last word', async () => {
    const { ollama, redis, chroma } = engines();
    const { server, url } = await open(engines(), 'offices:');
    const acme = await move(server, url, 'acme');
    const umbrella = await move(server, url, 'umbrella');

    await addByForm(server, acme, [await scholarship()]);
    await addByShortcut(server, umbrella, [await rules()]);

    const thread = await ask(server, acme, 'How much does the scholarship pay in the first year?');
    expect(shownIn(server, acme.channel, thread)[0]?.text).toMatch(/eight hundred euros[^]*scholarship\.pdf, page 2/);
    acme.member.post(acme.channel.id, { text: 'And in the second year?', threadTs: thread });
    await answered(server, acme.channel, thread, 2);
    expect(shownIn(server, acme.channel, thread)[1]?.text).toContain('nine hundred and fifty');

    acme.member.tell({ text: 'When must the green form be there?' });
    await eventually('the direct answer', () =>
      server.screen.direct(acme.member.id).some(({ text, isFromApp }) => isFromApp && text.includes('first of May')),
    );

    const strange = await ask(server, umbrella, 'How much does the scholarship pay in the first year?');
    expect(shownIn(server, umbrella.channel, strange)[0]?.text).toContain('do not cover');
    const pool = await ask(server, umbrella, 'When is the swimming pool closed?');
    expect(shownIn(server, umbrella.channel, pool)[0]?.text).toContain('Wednesday');
    expect(seenIn(server, umbrella)).not.toMatch(/euros|green form|scholarship\.pdf/);
    expect(seenIn(server, acme)).not.toMatch(/Wednesday|rules\.docx/);

    const [answer] = shownIn(server, acme.channel, thread);
    await acme.member.use(answer!, { actionId: 'docent.run.0' }).settled;
    await eventually(
      'the passage',
      () => server.screen.modal(acme.member.id)?.lines.join('').includes('eight hundred') === true,
    );
    acme.member.closeModal();
    const down = JSON.parse(JSON.stringify(answer!.blocks)) as {
      elements?: { negative_button?: { value: string } }[];
    }[];
    const value = down.flatMap(({ elements = [] }) => elements).find(({ negative_button: button }) => button)
      ?.negative_button?.value;
    await acme.member.use(answer!, { actionId: 'docent.feedback', value: value! }).settled;
    await eventually('the form', () => server.screen.modal(acme.member.id) !== undefined);
    await acme.member.submit({ reason: 'It is nine hundred.' }).settled;
    await eventually('the thanks', () =>
      server.screen.ephemerals(acme.member.id).some(({ text }) => text.includes('Thank you')),
    );

    ollama.behaviour.pace = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    const { message } = acme.member.post(acme.channel.id, {
      text: `${acme.mention} How is the scholarship applied for?`,
    });
    const chat = () => ollama.requests.filter(({ path }) => path === '/api/chat').at(-1);
    await eventually(
      'the model at work',
      () => chat()?.state === 'running' && server.screen.session(acme.channel.id, message.ts) !== undefined,
    );
    await acme.member.pressStop(acme.channel.id, message.ts)?.settled;
    await eventually('the end', () =>
      shownIn(server, acme.channel, message.ts).some(({ text }) => text.includes('Stopped')),
    );
    await eventually('the end of the model', () => chat()?.state === 'closed');
    expect(shownIn(server, acme.channel, message.ts)).toHaveLength(1);

    const client = new Redis(redis.port);
    onTestFinished(() => client.disconnect());
    const keys = await client.keys('*conversation:*:messages');
    expect(keys.filter((key) => key.includes('acme-course')).length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.includes('umbrella-course')).length).toBeGreaterThan(0);
    const vectors = new ChromaClient({ host: '127.0.0.1', port: chroma.port, ssl: false });
    for (const name of ['acme', 'umbrella'])
      expect(await (await vectors.getCollection({ name: `creator_${name}-course_knowledge` })).count()).toBeGreaterThan(
        0,
      );
    expect(server.violations).toEqual([]);
    expect(server.pings).toEqual([]);
  });

  it(
    'takes in real files, through the form and through the shortcut, and tells of each',
    async () => {
      const { server, url } = await open(engines(), 'archive:');
      const acme = await move(server, url, 'archive');
      const files = await realFiles();
      const small = files.filter(({ bytes }) => bytes.length <= MAX_FORM_BYTES);
      const half = Math.ceil(small.length / 2);
      const large = files.filter(({ bytes }) => bytes.length > MAX_FORM_BYTES);
      for (let from = 0; from < half; from += FILES_IN_A_FORM)
        await addByForm(server, acme, small.slice(from, Math.min(half, from + FILES_IN_A_FORM)));
      const rest = [...small.slice(half), ...large];
      for (let from = 0; from < rest.length; from += FILES_IN_A_FORM)
        await addByShortcut(server, acme, rest.slice(from, from + FILES_IN_A_FORM));
      const results = seenIn(server, acme);
      process.stdout.write(
        `${files.length} files: ${results.match(/can be asked about now/g)?.length ?? 0} can be asked about, ${results.match(/was not added/g)?.length ?? 0} were refused with a reason\n`,
      );
      expect(server.violations).toEqual([]);
    },
    REAL_FILES_TIMEOUT_MS,
  );
});

/** The files of the folder that was named, or some that are made here. */
async function realFiles(): Promise<ChosenFile[]> {
  if (DOCUMENTS === undefined)
    return [await scholarship(), await rules(), { name: 'empty.docx', bytes: new Uint8Array(1) }];
  const paths = await readdir(DOCUMENTS, { recursive: true });
  const wanted = paths.filter((path) => ['.pdf', '.docx'].includes(extname(path)));
  const files = await Promise.all(
    wanted.map(async (path) => ({ name: basename(path), bytes: await readFile(join(DOCUMENTS, path)) })),
  );
  return files.filter(({ bytes }) => bytes.length > 0);
}

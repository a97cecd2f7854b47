import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { BOT_SCOPES, EVENTS_PATH } from '../../src/adapters/slack/app-surface.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import { systemClock } from '../../src/core/system-clock.js';
import { startDiscordStandIn } from '../support/discord/server.js';
import { type RunningProcess, startDocentProcess } from '../support/docent-process.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import type { SeenMessage } from '../support/slack/seen.js';
import { startSlackStandIn } from '../support/slack/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const QUESTIONS = ['Where is the pool?', 'When does it open?', 'Who cleans it?'];
const ENVIRONMENT = {
  DOCENT_PLUGINS: ['frequent-report-plugin', 'hash-embedder-plugin']
    .map((name) => join(process.cwd(), `dist/test/fixtures/${name}.js`))
    .join(','),
  DOCENT_EMBEDDER: 'hash-embedder',
};
/** Whose date is that of UTC now, of which the figures are: a report follows its zone's date. */
const ZONE = new Date().getUTCHours() < 12 ? 'Europe/Berlin' : 'America/New_York';
const TITLES = ['Your week', 'Yesterday'];
const RECEIPTS = { name: 'report-receipts', schema: z.object({ messageIds: z.array(z.string()) }) };

/** The words and the picture say the same: how many questions, and how long half and 95 of 100 of them took. */
function expectSameFigures(text: string, altText: string): void {
  expect(text).toContain(`**${QUESTIONS.length} questions**`);
  const [, half = '', most = ''] = /half came within ([^,]+), 95 of 100 within ([^,(]*[^,( ])/.exec(text) ?? [];
  expect(altText).toContain(`${QUESTIONS.length} questions, half within ${half}, 95 of 100 within ${most}`);
}

/** A picture that the platform gives to who looks: a PNG, large enough to be read on a phone. */
function expectChart(bytes: Buffer): void {
  expect(bytes.toString('latin1', 0, 16)).toBe('\x89PNG\r\n\x1a\n\0\0\0\rIHDR');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([960, 640]);
  expect(bytes.toString('latin1', bytes.length - 8, bytes.length - 4)).toBe('IEND');
  expect(bytes.length).toBeGreaterThan(10_000);
}

/** The receipts of a Docent that has ended: each message of a report once. */
async function receiptsOf(docent: RunningProcess, folder: string, creator: string): Promise<string[]> {
  docent.process.kill('SIGTERM');
  expect((await docent.ended).code).toBe(0);
  const { engines } = await openEmbeddedStores(systemClock, join(folder, 'data'));
  const scope = { creatorId: creatorIdSchema.parse(creator) };
  const kept = await engines.recordStore.list(RECEIPTS, scope, { limit: 100 });
  return kept.flatMap(({ value }) => value.messageIds).toSorted();
}

it('a scheduled report comes to the admin channel in Discord with its chart, and its receipt is kept', async () => {
  const server = await startDiscordStandIn();
  onTestFinished(() => server.close());
  const guild = server.addGuild({ name: 'School' });
  guild.addChannel({ name: 'general' });
  const help = guild.addChannel({ name: 'help' });
  const admins = guild.addChannel({ name: 'admins' });
  const manager = guild.addMember({ permissions: ['ManageGuild'] });
  const folder = await temporaryFolder();
  const docent = startDocentProcess(['start'], folder, {
    ...ENVIRONMENT,
    DISCORD_TOKEN: server.token,
    DISCORD_API_URL: server.apiUrl,
    DISCORD_CDN_URL: server.cdnUrl,
  });
  await docent.printed(/Docent is ready/);
  for (const channel of [help, admins]) await manager.useCommand(channel, 'link', { creator: 'school' }).reply();
  for (const question of QUESTIONS) await manager.useCommand(help, 'ask', { question }).reply();
  const counted = () => manager.useCommand(help, 'stats').reply();
  await eventually('all are counted', async () => (await counted()).content.includes(`${QUESTIONS.length} questions`));
  await manager.useCommand(admins, 'reports', { action: 'channel', value: ZONE }).reply();

  const reports = (title = '## ') => admins.messages.filter(({ content }) => content.startsWith(title));
  for (const title of TITLES) {
    await eventually(`the report "${title}"`, () => reports(`## ${title}`).length > 0);
    const [{ content, attachments } = { content: '', attachments: [] }] = reports(`## ${title}`);
    expect(attachments).toMatchObject([
      { filename: expect.stringMatching(/^questions-.*\.png$/), content_type: 'image/png' },
    ]);
    expectSameFigures(content, attachments[0]?.description ?? '');
    expectChart(Buffer.from(await (await fetch(attachments[0]?.url ?? '')).arrayBuffer()));
  }
  const listed = await manager.useCommand(admins, 'reports', { action: 'list' }).reply();
  expect(listed.content).toMatch(new RegExp(`\\*\\*frequent\\*\\*.*\\(${ZONE}\\).*Last posted: .* ${ZONE}\\.`));
  expect(await receiptsOf(docent, folder, 'school')).toEqual(reports().map(({ id }) => id));
  expect(server.violations).toEqual([]);
  expect(server.pings).toEqual([]);
});

/** A workspace whose app may do so much, with a Docent that has answered the questions and posts reports. */
async function openSlack(scopes?: readonly string[]) {
  const server = await startSlackStandIn();
  onTestFinished(() => server.close());
  const { id: teamId } = server.addWorkspace('Acme');
  const { botToken, botUserId } = server.install(teamId, scopes === undefined ? {} : { scopes });
  const owner = server.addUser(teamId, 'owner', 'owner');
  const general = server.addChannel(teamId, 'general', [owner.id, botUserId]);
  const admins = server.addChannel(teamId, 'admins', [owner.id, botUserId], 'private');
  const port = await freePort();
  const folder = await temporaryFolder();
  const docent = startDocentProcess(['start'], folder, {
    ...ENVIRONMENT,
    DOCENT_WEB_PORT: String(port),
    SLACK_API_URL: server.apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: server.app.signingSecret,
  });
  await docent.printed(/Docent is ready/);
  server.deliverTo({ events: `http://127.0.0.1:${port}${EVENTS_PATH}` });

  /** A command whose reply only the owner sees. */
  const told = async (text: string, channelId = admins.id): Promise<string> => {
    const before = server.screen.ephemerals(owner.id).length;
    owner.command('/docent', text, channelId);
    await eventually(`the reply to ${text}`, () => server.screen.ephemerals(owner.id).length > before);
    return server.screen.ephemerals(owner.id).at(-1)?.text ?? '';
  };
  for (const channel of [general, admins]) await told('link acme-course', channel.id);
  for (const question of QUESTIONS) {
    const { message } = owner.post(general.id, { text: `<@${botUserId}> ${question}` });
    const answer = () => server.screen.thread(general.id, message.ts).filter(({ isFromApp }) => isFromApp);
    await eventually('the answer', () => answer().some(({ metadata }) => metadata !== undefined));
  }
  await eventually('all are counted', async () =>
    (await told('stats', general.id)).includes(`${QUESTIONS.length} questions`),
  );
  await told(`reports channel ${ZONE}`);
  const reports = (title = '## '): SeenMessage[] =>
    server.screen.channel(admins.id).filter(({ isFromApp, text }) => isFromApp && text.startsWith(title));
  return { server, docent, folder, told, reports };
}

it('a scheduled report comes to the admin channel in Slack with its chart, and its receipt is kept', async () => {
  const { server, docent, folder, told, reports } = await openSlack();
  for (const title of TITLES) {
    await eventually(`the report "${title}"`, () => reports(`## ${title}`).length > 0);
    const [report] = reports(`## ${title}`);
    const pictures = report?.blocks.flatMap((block) => (block.type === 'image' ? [block] : [])) ?? [];
    expect(pictures).toHaveLength(1);
    expectSameFigures(report?.text ?? '', pictures[0]?.alt_text ?? '');
    const file = server.file(pictures[0]?.slack_file?.id ?? '');
    expect(file).toMatchObject({ name: expect.stringMatching(/^questions-.*\.png$/), mimeType: 'image/png' });
    expectChart(file.bytes);
  }
  expect(await told('reports list')).toMatch(
    new RegExp(`\\*\\*frequent\\*\\*.*\\(${ZONE}\\).*Last posted: .* ${ZONE}\\.`),
  );
  expect(await receiptsOf(docent, folder, 'acme-course')).toEqual(reports().map(({ ts }) => ts));
  expect(server.violations).toEqual([]);
  expect(server.pings).toEqual([]);
});

it('a report comes in words where the Slack app may not upload, and says with the log how to allow it', async () => {
  const { server, docent, folder, told, reports } = await openSlack(BOT_SCOPES.filter((one) => one !== 'files:write'));
  await eventually('the report', () => reports('## Your week').length > 0);
  const [report] = reports('## Your week');
  const note = report?.blocks.flatMap((block) => (block.type === 'context' ? block.elements : []))[0];
  const words = note !== undefined && 'text' in note ? note.text : '';
  const fix =
    'The Slack app lacks the permission files:write. Somebody who manages it adds that scope and installs it again.';
  expect(words).toContain(`A picture is missing here. ${fix} It shows: Questions and response times a day.`);
  expectSameFigures(report?.text ?? '', words);
  await docent.printed(new RegExp(`${fix}.*slack\\.picture-not-shown`));
  expect(await told('reports list')).toMatch(/\*\*frequent\*\*.*Last posted:/);
  expect(await receiptsOf(docent, folder, 'acme-course')).toEqual(reports().map(({ ts }) => ts));
  expect(new Set(server.violations.map(({ where, error }) => `${where}: ${error}`))).toEqual(
    new Set(['files.getUploadURLExternal: missing_scope']),
  );
});

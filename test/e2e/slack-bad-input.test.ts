import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EVENTS_PATH } from '../../src/adapters/slack/app-surface.js';
import { startDocentProcess } from '../support/docent-process.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { makePdf } from '../support/make-pdf.js';
import type { ChosenFile } from '../support/slack/person.js';
import { startSlackStandIn } from '../support/slack/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MAX_MEGABYTES = 1;
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** A Docent in a workspace whose channel has a creator. */
async function open() {
  const server = await startSlackStandIn();
  onTestFinished(() => server.close());
  const workspace = server.addWorkspace('Acme');
  const { botToken, botUserId } = server.install(workspace.id);
  const ada = server.addUser(workspace.id, 'ada', 'owner');
  const grace = server.addUser(workspace.id, 'grace');
  const members = [ada.id, grace.id, botUserId];
  const channel = server.addChannel(workspace.id, 'general', members);
  const port = await freePort();
  const docent = startDocentProcess(['start'], await temporaryFolder(), {
    DOCENT_WEB_PORT: String(port),
    DOCENT_PLUGINS: join(process.cwd(), 'dist/test/fixtures/hash-embedder-plugin.js'),
    DOCENT_EMBEDDER: 'hash-embedder',
    DOCENT_MAX_UPLOAD_MEGABYTES: String(MAX_MEGABYTES),
    SLACK_API_URL: server.apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: server.app.signingSecret,
  });
  await docent.printed(/Docent is ready/);
  server.deliverTo({ events: `http://127.0.0.1:${port}${EVENTS_PATH}` });
  ada.command('/docent', 'link acme-course', channel.id);
  await eventually('the link', () => server.screen.ephemerals(ada.id).length === 1);
  const mention = `<@${botUserId}>`;
  /** The only outcome in a thread. */
  const outcomeIn = async (channelId: string, threadTs: string): Promise<string> => {
    const shown = () => server.screen.thread(channelId, threadTs).filter(({ isFromApp }) => isFromApp);
    await eventually('the outcome', () =>
      shown().some(({ text: words }) => !/…$|Reading|Fetching|Storing/.test(words)),
    );
    expect(shown()).toHaveLength(1);
    return shown()[0]?.text.replaceAll('\\', '') ?? '';
  };
  return { server, workspace, ada, grace, members, channel, mention, outcomeIn };
}

describe('in Slack', () => {
  it('every wrong file is refused with its own reason, and every right one beside it is taken', async () => {
    const { server, ada, grace, channel, mention, outcomeIn } = await open();
    const files: [ChosenFile, RegExp][] = [
      [
        { name: 'photo.heic', bytes: new Uint8Array([0, 0, 0, 24, 102, 116, 121, 112, 104, 101, 105, 99, 0, 255]) },
        /photo\.heic[^]*?not added/,
      ],
      [{ name: 'large.txt', bytes: new Uint8Array(1_500_000).fill(97) }, /1\.5 MB, more than the 1 MB/],
      [
        { name: 'lies.txt', bytes: new Uint8Array(1_500_000).fill(97), fault: { saidSizeBytes: 10 } },
        /lies\.txt[^]*(?:MB|large)/,
      ],
      [{ name: 'link.pdf', bytes: text(''), externalUrl: 'https://drive.example/1' }, /another service/],
      [
        { name: 'locked.pdf', bytes: await makePdf({ pages: [['secret']], userPassword: 'x' }) },
        /locked\.pdf[^]*password/,
      ],
      [{ name: 'empty.txt', bytes: text(' ') }, /empty\.txt[^]*not added/],
      [{ name: 'cut.txt', bytes: text('long enough to be cut'), fault: { cutAfterBytes: 4 } }, /broke off/],
      [
        { name: `${'<!channel> '.repeat(15)}.md`, bytes: text('# Pool\n\nThe pool is closed on Wednesday.') },
        /can be asked about now/,
      ],
    ];
    const { message } = ada.post(channel.id, { text: mention, files: files.map(([file]) => file) });
    const outcome = await outcomeIn(channel.id, message.ts);
    for (const [, reason] of files) expect(outcome).toMatch(reason);
    expect(server.pings).toEqual([]);

    const refused = grace.post(channel.id, { text: mention, files: [{ name: 'mine.txt', bytes: text('mine') }] });
    expect(await outcomeIn(channel.id, refused.message.ts)).toContain('Adding files is for managers');
    expect(server.violations).toEqual([]);
  });

  it('a place without knowledge, without the app, or without an open form is told so', async () => {
    const { server, workspace, ada, members, channel, mention, outcomeIn } = await open();
    const unlinked = server.addChannel(workspace.id, 'unlinked', members);
    const { message } = ada.post(unlinked.id, { text: `${mention} When is the pool closed?` });
    expect(await outcomeIn(unlinked.id, message.ts)).toContain('no knowledge of its own yet');

    const away = server.addChannel(workspace.id, 'away', [ada.id]);
    const told = server.screen.ephemerals(ada.id).length;
    await ada.command('/ask', 'When is the pool closed?', away.id).settled;
    expect(server.screen.ephemerals(ada.id).at(-1)?.text).toMatch(/Invite me with \/invite/);

    server.behaviour.faults.push({ method: 'views.open', fault: { kind: 'error', error: 'expired_trigger_id' } });
    ada.command('/ingest', '', channel.id);
    await eventually('the message', () => server.screen.ephemerals(ada.id).length === told + 2);
    expect(server.screen.ephemerals(ada.id).at(-1)?.text).toContain('did not wait for the form');

    const stranger = server.addUser(workspace.id, 'stranger');
    stranger.tell({ text: 'When is the pool closed?' });
    const direct = () => server.screen.direct(stranger.id).filter(({ isFromApp }) => isFromApp);
    await eventually('the direct answer', () => direct().length === 1);
    expect(readFileSync('manifest.json', 'utf8')).toContain('im:history');
    expect(server.violations).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { type OpenSlackOptions, openSlack } from './open-slack.js';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const pictures = [{ fileName: 'week.png', altText: 'Bars of the week.', base64: PNG.toString('base64') }];
const message = { ...notice('Three questions.'), pictures };
const { signal } = new AbortController();

/** A message with a picture is posted; its calls are given as much time as they ask for. */
async function post(options: OpenSlackOptions & { prepare?: (slack: Awaited<ReturnType<typeof openSlack>>) => void }) {
  const clock = createFakeClock();
  const slack = await openSlack({ clock, ...options });
  options.prepare?.(slack);
  const address = {
    platform: 'slack',
    workspaceId: slack.workspace.id,
    channelId: slack.channel.id,
    threadId: null,
    isDirect: false,
  };
  const say = async () => {
    let isOver = false;
    const posting = slack.adapter.post(address, message, { key: 'week', signal }).finally(() => (isOver = true));
    while (!isOver) await clock.advance(100);
    return posting;
  };
  const posted = await say();
  const shown = () => slack.server.screen.channel(slack.channel.id);
  return { ...slack, posted, say, shown };
}

/** What stands under the text. */
const missing = (why: string) => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: `A picture is missing here. ${why} It shows: Bars of the week.` }],
});

describe('a picture', () => {
  it('is uploaded as Slack wants it, shown under the text once Slack has looked through it, and posted once', async () => {
    const { server, posted, say, shown } = await post({});
    expect(await say()).toEqual(posted);
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toContain('Three questions.');
    const block = shown()[0]?.blocks.find(({ type }) => type === 'image');
    expect(block).toMatchObject({ alt_text: 'Bars of the week.' });
    const id = block?.type === 'image' ? block.slack_file?.id : undefined;
    expect(server.file(id ?? '')).toMatchObject({ name: 'week.png', mimeType: 'image/png', bytes: PNG });
    expect(server.calls.filter(({ method }) => method === 'files.completeUploadExternal')).toHaveLength(1);
    expect(server.calls.filter(({ method }) => method === 'files.info').length).toBeGreaterThan(1);
    expect(server.violations).toEqual([]);
  });

  it('costs nobody the message where the app may not upload: it says what to do, and so does the log', async () => {
    const scopes = ['chat:write', 'channels:history', 'files:read'];
    const { server, shown, logger } = await post({ scopes });
    const why =
      'The Slack app lacks the permission files:write. Somebody who manages it adds that scope and installs it again.';
    expect(shown().map(({ text }) => text)).toEqual([expect.stringContaining('Three questions.')]);
    expect(shown()[0]?.blocks.at(-1)).toMatchObject(missing(why));
    const warned = logger.lines.find(({ event }) => event === 'slack.picture-not-shown');
    expect(warned).toMatchObject({ level: 'warn', fields: { fix: why } });
    expect(server.violations.map(({ where, error }) => [where, error])).toEqual([
      ['files.getUploadURLExternal', 'missing_scope'],
    ]);
  });

  it('that Slack never gets done with is left out', async () => {
    const { server, shown } = await post({ prepare: (slack) => (slack.server.behaviour.uploadScanMs = 3_600_000) });
    expect(shown()[0]?.blocks.at(-1)).toMatchObject(missing('Slack took too long to look through it.'));
    expect(server.violations).toEqual([]);
  });

  it('whose upload fails is left out', async () => {
    const error = { kind: 'error', error: 'file_upload_size_restricted' } as const;
    const { server, shown } = await post({
      prepare: (slack) => slack.server.behaviour.faults.push({ method: 'files.getUploadURLExternal', fault: error }),
    });
    expect(shown()[0]?.blocks.at(-1)).toMatchObject(
      missing(
        'Slack refused what I tried to do (files.getUploadURLExternal: file_upload_size_restricted). Tell the operator of this Docent.',
      ),
    );
    expect(server.violations).toEqual([]);
  });
});

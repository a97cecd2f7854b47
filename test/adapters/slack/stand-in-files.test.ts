import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalMessagesOf, refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom, slackClient } from '../../support/slack/open-room.js';
import type { ChosenFile } from '../../support/slack/person.js';

const fileSchema = z.looseObject({
  id: z.string(),
  url_private: z.string().optional(),
  url_private_download: z.string().optional(),
});
const eventSchema = z.looseObject({ event: z.looseObject({ files: z.array(fileSchema).optional() }) });

describe('a file', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });
  /** Posts a file and gives it as the event shows it. */
  const post = (chosen: Partial<ChosenFile> = {}) => {
    const files = [{ name: 'a plan.pdf', bytes: Buffer.from('%PDF-1.7 plan'), ...chosen }];
    const [delivery] = room.ada.post(room.channel.id, { files }).deliveries;
    return { body: delivery?.body, file: fileSchema.parse(eventSchema.parse(delivery?.body).event.files?.[0]) };
  };
  const download = (url: string | undefined, token = room.installation.botToken) =>
    fetch(url ?? '', { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });

  it('arrives with a message as file_share, and its bytes with the token of its workspace', async () => {
    const { body, file } = post();
    expect(body?.['event']).toMatchObject({ type: 'message', subtype: 'file_share', text: '' });
    expect(file).toMatchObject({
      name: 'a plan.pdf',
      mimetype: 'application/pdf',
      filetype: 'pdf',
      size: 13,
      mode: 'hosted',
    });
    for (const url of [file.url_private_download, file.url_private]) {
      const response = await download(url);
      expect(response.headers.get('content-type')).toBe('application/pdf');
      expect(await response.text()).toBe('%PDF-1.7 plan');
    }
    expect((await room.client.files.info({ file: file.id })).file).toMatchObject({ name: 'a plan.pdf' });
    expect(room.server.violations).toEqual([]);
  });

  it('is a login page for every other token, and without the scope to read', async () => {
    const { server, workspace } = room;
    const { file } = post();
    const other = server.addWorkspace('Other');
    const tokens = ['', 'xoxb-other', server.install(other.id).botToken, room.installation.botToken];
    server.install(workspace.id, { scopes: ['commands'] });
    for (const token of [...tokens, server.installation(workspace.id).botToken]) {
      const response = await download(file.url_private_download, token);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await response.text()).toContain('Sign in');
    }
    expect(server.violations.map(({ where, error }) => [where, error])).toEqual(Array(5).fill(['file', 'login_page']));
  });

  it('is not shown to another workspace', async () => {
    const { server } = room;
    const { file } = post();
    const other = slackClient(server, server.install(server.addWorkspace('Other').id).botToken);
    expect(await refusalOf(other.files.info({ file: file.id }))).toBe('file_not_found');
  });

  it('of another service has no download at Slack', () => {
    expect(post({ externalUrl: 'https://drive.example/a' }).file).toMatchObject({
      mode: 'external',
      is_external: true,
      url_private: 'https://drive.example/a',
    });
    expect(post({ externalUrl: 'https://drive.example/a' }).file).not.toHaveProperty('url_private_download');
  });

  it('may be shown by its id alone, and in full when asked for', async () => {
    const { file } = post({ isHiddenInEvents: true });
    expect(file).toEqual({
      id: file.id,
      created: 0,
      timestamp: 0,
      mode: 'file_access',
      file_access: 'check_file_info',
    });
    expect((await room.client.files.info({ file: file.id })).file).toMatchObject({ name: 'a plan.pdf', size: 13 });
  });

  it('redirects, lies about its size, breaks off or fails when the test says so', async () => {
    const redirecting = await download(post({ fault: { redirectTo: 'https://evil.example/' } }).file.url_private);
    expect([redirecting.status, redirecting.headers.get('location')]).toEqual([302, 'https://evil.example/']);
    expect(post({ fault: { saidSizeBytes: 5 } }).file).toMatchObject({ size: 5 });
    const cut = await download(post({ fault: { cutAfterBytes: 4 } }).file.url_private);
    await expect(cut.text()).rejects.toThrow('terminated');
    expect((await download(post({ fault: { status: 503 } }).file.url_private)).status).toBe(503);
    expect((await download(`${room.server.url}/files-pri/T1-F1/a.pdf`)).status).toBe(404);
  });

  it('is missing from a mention where the test says so', () => {
    const { server, ada, channel, installation } = room;
    const written = { text: `<@${installation.botUserId}> keep`, files: [{ name: 'a.pdf', bytes: Buffer.from('a') }] };
    const filesOf = () =>
      ada
        .post(channel.id, written)
        .deliveries.map(({ type, body }) => [type, eventSchema.parse(body).event.files?.length]);
    expect(filesOf()).toEqual([
      ['app_mention', 1],
      ['message', 1],
    ]);
    server.behaviour.mentionsBringFiles = false;
    expect(filesOf()).toEqual([
      ['app_mention', undefined],
      ['message', 1],
    ]);
    server.behaviour.mentionEvents = 'message';
    expect(filesOf()).toEqual([['message', 1]]);
    server.behaviour.mentionEvents = 'app_mention';
    expect(filesOf()).toEqual([['app_mention', undefined]]);
  });

  it('that is deleted tells the app, and leaves a stone in its message', async () => {
    const { ada, grace, client, channel, server } = room;
    const { file } = post();
    expect(() => grace.deleteFile(file.id)).toThrow("somebody else's");
    expect(ada.deleteFile(file.id).map(({ body }) => body['event'])).toMatchObject([
      { type: 'file_deleted', file_id: file.id },
    ]);
    const { messages } = await client.conversations.history({ channel: channel.id });
    expect(messages?.[0]?.files).toMatchObject([{ id: file.id, mode: 'tombstone' }]);
    expect(server.violations).toEqual([]);
  });
});

describe('an upload', () => {
  const scopes = ['chat:write', 'files:write', 'files:read'];

  it('of the official client ends as a message with the file', async () => {
    const { client, server, channel } = await openSlackRoom({ scopes });
    await client.files.uploadV2({
      channel_id: channel.id,
      file: Buffer.from('chart'),
      filename: 'chart.png',
      initial_comment: 'Here',
    });
    const [message] = server.screen.channel(channel.id);
    expect(message).toMatchObject({ text: 'Here', isFromApp: true });
    expect(server.file(message?.fileIds[0] ?? '')).toMatchObject({ name: 'chart.png', mimeType: 'image/png' });
    expect(server.file(message?.fileIds[0] ?? '').bytes.toString()).toBe('chart');
    expect(server.violations).toEqual([]);
  });

  it('takes as many bytes as announced, raw too, before it can be completed', async () => {
    const { client, server } = await openSlackRoom({ scopes });
    const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
      filename: 'a.txt',
      length: 3,
    });
    const complete = () => client.files.completeUploadExternal({ files: [{ id }] });
    expect(await refusalOf(complete())).toBe('file_not_found');
    expect((await fetch(url, { method: 'POST', body: 'abcd' })).status).toBe(400);
    expect((await fetch(url, { method: 'POST', body: 'abc' })).status).toBe(200);
    await complete();
    expect(server.file(id).bytes.toString()).toBe('abc');
    expect((await fetch(`${server.url}/upload/v1/other`, { method: 'POST', body: 'abc' })).status).toBe(404);
    expect(server.violations.map(({ error }) => error)).toEqual(['upload_length_mismatch']);
  });

  it('can be shown by a block once Slack has looked through it, where it is a picture of the own workspace', async () => {
    const { client, clock, channel, server } = await openSlackRoom({ scopes });
    const uploaded = async (content: Buffer): Promise<string> => {
      const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
        filename: 'a.png',
        length: content.length,
      });
      await fetch(url, { method: 'POST', body: new Uint8Array(content) });
      await client.files.completeUploadExternal({ files: [{ id }] });
      expect(await refusalOf(client.files.completeUploadExternal({ files: [{ id }] }))).toBe('file_not_found');
      return id;
    };
    const show = (id: string, by = client) =>
      by.apiCall('chat.postMessage', {
        channel: channel.id,
        text: 'a',
        blocks: [{ type: 'image', alt_text: 'a', slack_file: { id } }],
      });
    const picture = await uploaded(Buffer.from('89504e470d0a1a0a', 'hex'));
    expect((await client.files.info({ file: picture })).file).toMatchObject({ mimetype: '', filetype: '' });
    const refused = ['[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]'];
    expect(await refusalMessagesOf('invalid_blocks', show(picture))).toEqual(refused);
    await clock.advance(1_000);
    expect((await client.files.info({ file: picture })).file).toMatchObject({ mimetype: 'image/png' });
    await show(picture);
    const text = await uploaded(Buffer.from('only words'));
    await clock.advance(1_000);
    expect(await refusalMessagesOf('invalid_blocks', show(text))).toEqual(refused);
    expect(await refusalMessagesOf('invalid_blocks', show('F000000404'))).toEqual(refused);
    expect(await refusalMessagesOf('invalid_blocks', show('week.png'))).toEqual([
      '[ERROR] input must match regex pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0/slack_file/id]',
    ]);
    expect(server.screen.channel(channel.id)).toHaveLength(1);
  });
});

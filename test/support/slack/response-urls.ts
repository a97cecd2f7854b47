import { z } from 'zod';
import { argument } from './arguments.js';
import { schemaMessages } from './block-kit/issues.js';
import { describeMessage } from './descriptions.js';
import type { Events } from './events.js';
import { addMessage, recordPings, reviseMessage } from './messages.js';
import { violate } from './method.js';
import { checkBlocks } from './message-content.js';
import { SlackError } from './slack-error.js';
import { type ResponseAddress, type World, existing } from './state.js';
import { coveringInstallation } from './tenants.js';

const MAX_USES = 5;
const LIFE_MS = 30 * 60_000;

const answerSchema = z.strictObject({
  text: z.string().optional(),
  blocks: argument.blocks.optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: argument.flag.optional(),
  delete_original: argument.flag.optional(),
  thread_ts: z.string().optional(),
  unfurl_links: argument.flag.optional(),
  unfurl_media: argument.flag.optional(),
  metadata: argument.metadata.optional(),
  mrkdwn: argument.flag.optional(),
});

/** An answer to a command or interaction, as it is posted to a response address or comes with an acknowledgement. */
export type InteractionAnswer = z.infer<typeof answerSchema>;

/** Makes an address that answers one interaction. */
export function makeResponseUrl(world: World, made: Omit<ResponseAddress, 'issuedAtMs' | 'uses'>): string {
  const id = world.ids.next('R');
  world.responseAddresses.set(id, { ...made, issuedAtMs: world.clock.now(), uses: 0 });
  return `${world.url}/response/${id}`;
}

/** Takes what was posted to a response address. */
export function answerResponseUrl(
  world: World,
  events: Events,
  id: string,
  body: string,
): { readonly status: number; readonly body: object | 'ok' } {
  const refuse = (status: number, error: string, messages: readonly string[] = []) => {
    violate(world, 'response_url', error, messages);
    return { status, body: { ok: false, error } };
  };
  const address = world.responseAddresses.get(id);
  if (address === undefined) return refuse(404, 'no_such_url');
  if (world.clock.now() - address.issuedAtMs > LIFE_MS) return refuse(404, 'expired_url');
  if (address.uses >= MAX_USES) return refuse(404, 'used_url');
  address.uses += 1;
  try {
    applyAnswer(world, events, address, readAnswer(JSON.parse(body)));
    return { status: 200, body: 'ok' };
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(400, 'invalid_payload');
    if (!(error instanceof SlackError)) throw error;
    return refuse(error.error === 'invalid_blocks' ? 400 : 404, error.error, error.messages);
  }
}

/** @throws SlackError `invalid_blocks`, `invalid_payload`, `no_text` */
export function readAnswer(json: unknown): InteractionAnswer {
  const result = answerSchema.safeParse(json);
  if (!result.success) {
    const isAboutBlocks = result.error.issues.some(({ path }) => path[0] === 'blocks');
    throw new SlackError(
      isAboutBlocks ? 'invalid_blocks' : 'invalid_payload',
      schemaMessages(result.error.issues, '', json),
    );
  }
  const answer = result.data;
  checkBlocks(answer.blocks ?? []);
  if (answer.delete_original !== true && (answer.text ?? '') === '' && (answer.blocks ?? []).length === 0)
    throw new SlackError('no_text');
  return answer;
}

/** Shows an answer: to one person, to all, or in the place of the message that it came from. */
export function applyAnswer(world: World, events: Events, address: ResponseAddress, answer: InteractionAnswer): void {
  const { text = '', blocks = [] } = answer;
  const channel = existing(world.channels, 'channel', address.channelId);
  const original = address.ts === undefined ? undefined : channel.messages.get(address.ts);
  const ephemeral = world.ephemerals.findIndex(({ ts, channelId }) => ts === address.ts && channelId === channel.id);
  if (answer.delete_original === true) {
    if (ephemeral !== -1) world.ephemerals.splice(ephemeral, 1);
    else if (original !== undefined) {
      channel.messages.delete(original.ts);
      events.deleted(channel, describeMessage(world, original));
    }
    return;
  }
  if (answer.replace_original === true && ephemeral !== -1) {
    const shown = world.ephemerals[ephemeral];
    if (shown !== undefined) world.ephemerals[ephemeral] = { ...shown, text, blocks };
    return;
  }
  recordPings(world, channel.id, text, blocks);
  if (answer.replace_original === true && original !== undefined) {
    const before = describeMessage(world, original);
    reviseMessage(world, original, text, blocks);
    original.isEdited = true;
    events.changed(channel, original, before);
    return;
  }
  const threadTs = answer.thread_ts ?? address.threadTs;
  if (answer.response_type !== 'in_channel') {
    world.ephemerals.push({
      userId: address.userId,
      channelId: channel.id,
      ts: world.ids.ts(),
      threadTs,
      text,
      blocks,
    });
    return;
  }
  const installation = coveringInstallation(world, channel.teamId);
  const message = addMessage(world, channel, {
    userId: installation?.botUserId ?? '',
    ...(installation === undefined ? {} : { botId: installation.botId }),
    text,
    blocks,
    metadata: answer.metadata,
    unfurlLinks: answer.unfurl_links,
    unfurlMedia: answer.unfurl_media,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  events.posted(channel, message);
}

import { z } from 'zod';
import { argument } from '../arguments.js';
import { type ApiMethod, type Call, defineMethod, requireScope } from '../method.js';
import { postableChannel } from '../reach.js';
import { SlackError } from '../slack-error.js';
import { threadKey } from '../state.js';
import { openSession, threadRoot } from '../threads.js';
import type { Channel } from '../world.js';

/** The states of an agent's session (reference/methods/agents.sessions.setStatus). */
export const sessionStatus = z.enum(['active', 'processing', 'suspended', 'closed']);

const place = { channel_id: argument.text, thread_ts: argument.text };
const authorship = {
  username: argument.text.optional(),
  icon_emoji: argument.text.optional(),
  icon_url: argument.text.optional(),
};

function requireAuthorship(call: Call, values: z.infer<z.ZodObject<typeof authorship>>): void {
  if (Object.keys(authorship).some((name) => name in values)) requireScope(call, 'chat:write.customize');
}

function requireThread(
  call: Call,
  channelId: string,
  ts: string,
): { readonly channel: Channel; readonly root: string } {
  const channel = postableChannel(call, channelId);
  return { channel, root: threadRoot(call, channel, ts) ?? ts };
}

function requireAgent({ world }: Call): void {
  if (!world.app.isAgent) throw new SlackError('not_authorized');
}

const setStatus = defineMethod({
  scopes: ['assistant:write', 'chat:write'],
  shape: {
    ...place,
    ...authorship,
    status: argument.text,
    loading_messages: argument.list(z.string().min(1)).optional(),
  },
  run(call, values) {
    const { world } = call;
    requireAuthorship(call, values);
    if ((values.loading_messages ?? []).length > 10)
      throw new SlackError('invalid_arguments', ['no more than 10 loading messages']);
    const { channel, root } = requireThread(call, values.channel_id, values.thread_ts);
    const key = threadKey(channel.id, root);
    // An empty status clears it; Slack takes it away by itself after two minutes.
    if (values.status === '') world.statuses.delete(key);
    else world.statuses.set(key, { text: values.status, setAtMs: world.clock.now() });
    return {};
  },
});

const setSuggestedPrompts = defineMethod({
  scopes: ['assistant:write'],
  shape: {
    channel_id: argument.text,
    thread_ts: argument.text.optional(),
    title: argument.text.optional(),
    prompts: argument.list(z.strictObject({ title: z.string().min(1), message: z.string().min(1) })),
  },
  run(call, values) {
    if (values.prompts.length < 1 || values.prompts.length > 4)
      throw new SlackError('invalid_arguments', ['[ERROR] between 1 and 4 prompts [json-pointer:/prompts]']);
    const channel = postableChannel(call, values.channel_id);
    const root = threadRoot(call, channel, values.thread_ts);
    call.world.prompts.set(threadKey(channel.id, root ?? ''), values.prompts);
    return {};
  },
});

const setTitle = defineMethod({
  scopes: ['assistant:write'],
  shape: { ...place, title: argument.text },
  run(call, values) {
    const { channel, root } = requireThread(call, values.channel_id, values.thread_ts);
    openSession(call.world, channel.id, root).title = values.title;
    return {};
  },
});

const setSessionStatus = defineMethod({
  scopes: ['chat:write'],
  shape: {
    ...place,
    ...authorship,
    status: sessionStatus,
    title: z.string().max(200).optional(),
    initiator_user_id: argument.text.optional(),
  },
  run(call, values) {
    requireAgent(call);
    requireAuthorship(call, values);
    const { channel, root } = requireThread(call, values.channel_id, values.thread_ts);
    const isNew = !call.world.sessions.has(threadKey(channel.id, root));
    const session = openSession(call.world, channel.id, root);
    session.status = values.status;
    if (isNew) session.title = values.title;
    return { status: session.status, agent_status: session.status, title: session.title };
  },
});

const rename = defineMethod({
  scopes: ['chat:write'],
  shape: { ...place, title: z.string().min(1).max(200) },
  run(call, values) {
    requireAgent(call);
    const { channel, root } = requireThread(call, values.channel_id, values.thread_ts);
    const session = call.world.sessions.get(threadKey(channel.id, root));
    if (session === undefined) throw new SlackError('session_not_found');
    session.title = values.title;
    return { title: session.title };
  },
});

/** Methods of the agent's surface. */
export const assistantMethods: Readonly<Record<string, ApiMethod>> = {
  'assistant.threads.setStatus': setStatus,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
  'assistant.threads.setTitle': setTitle,
  'agents.sessions.setStatus': setSessionStatus,
  'agents.sessions.rename': rename,
};

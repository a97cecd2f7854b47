import { blockText } from './block-kit/block-text.js';
import { visibleText } from './messages.js';
import { type World, existing, threadKey } from './state.js';
import type { Screen, SeenMessage, SeenView } from './seen.js';
import { directChannel } from './tenants.js';
import type { Message, OpenView } from './world.js';

/** An assistant's status goes by itself (reference/methods/assistant.threads.setStatus). */
const STATUS_LIFE_MS = 2 * 60_000;

/** Shows a world as people see it. */
export function createScreen(world: World): Screen {
  const messagesOf = (channelId: string): Message[] => [
    ...existing(world.channels, 'channel', channelId).messages.values(),
  ];
  return {
    channel: (channelId) =>
      messagesOf(channelId)
        .filter(({ threadTs }) => threadTs === undefined)
        .map(seen),
    thread: (channelId, threadTs) =>
      messagesOf(channelId)
        .filter((message) => message.threadTs === threadTs)
        .map(seen),
    direct: (userId) => messagesOf(directChannel(world, userId).id).map(seen),
    message(channelId, ts) {
      return seen(existing(existing(world.channels, 'channel', channelId).messages, 'message', ts));
    },
    ephemerals: (userId) =>
      world.ephemerals
        .filter((message) => message.userId === userId)
        .map((message) => ({ ...message, text: visibleText(message) })),
    modal(userId) {
      const open = world.modals.get(userId)?.at(-1);
      return open === undefined ? undefined : seenView(open);
    },
    home(userId) {
      const home = world.homes.get(userId);
      return home === undefined ? undefined : seenView(home);
    },
    status(channelId, threadTs) {
      const status = world.statuses.get(threadKey(channelId, threadTs));
      return status === undefined || world.clock.now() - status.setAtMs >= STATUS_LIFE_MS ? undefined : status.text;
    },
    session(channelId, threadTs) {
      const session = world.sessions.get(threadKey(channelId, threadTs));
      return session === undefined ? undefined : { status: session.status, title: session.title };
    },
    prompts: (channelId, threadTs = '') => world.prompts.get(threadKey(channelId, threadTs)) ?? [],
    notices: (userId) => world.notices.get(userId) ?? [],
  };
}

function seen(message: Message): SeenMessage {
  return {
    channelId: message.channelId,
    ts: message.ts,
    threadTs: message.threadTs,
    authorId: message.userId,
    isFromApp: message.botId !== undefined,
    text: visibleText(message),
    blocks: message.blocks,
    fallbackText: message.text,
    isEdited: message.isEdited,
    stream: message.stream,
    texts: [...message.texts],
    fileIds: message.fileIds,
    metadata: message.metadata,
    unfurlLinks: message.unfurlLinks,
    unfurlMedia: message.unfurlMedia,
    reactions: [...message.reactions.keys()],
  };
}

function seenView({ id, view, errors }: OpenView): SeenView {
  return {
    viewId: id,
    title: view.type === 'modal' ? view.title.text : '',
    submit: view.type === 'modal' ? view.submit?.text : undefined,
    lines: view.blocks.map(blockText),
    view,
    errors,
  };
}

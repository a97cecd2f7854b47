import { z } from 'zod';
import { type ChannelMode, channelModeSchema } from '../core/chat/channel-link.js';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';

const MEANINGS: Readonly<Record<ChannelMode, string>> = {
  mention: 'I answer when somebody mentions me.',
  thread: 'I answer when somebody mentions me, and then everything in that thread.',
  all: 'I answer every message in this channel.',
};

/** Sets when Docent speaks in a channel. */
export const modeCommand = defineCommand({
  name: 'mode',
  description: 'Choose when I speak in this channel.',
  input: z.object({
    mode: channelModeSchema.meta({
      description: 'mention: when mentioned; thread: in threads too, once mentioned; all: always.',
      example: 'thread',
    }),
    onlyWhenConfident: z.boolean().default(false).meta({
      description: 'Whether I stay silent instead of saying that I found nothing, where nobody mentioned me.',
    }),
  }),
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  async run({ event, input: { mode, onlyWhenConfident }, services }) {
    const link = await services.links.setMode(event.address, mode, onlyWhenConfident);
    const quiet = onlyWhenConfident
      ? ' Where nobody mentions me, I stay silent when the documents do not cover it.'
      : '';
    return notice(`${MEANINGS[mode]}${quiet}`, { link });
  },
});

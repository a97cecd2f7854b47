import { z } from 'zod';
import { includesRole } from '../core/chat/access.js';
import { type CommandContext, defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { DocentError } from '../core/errors.js';
import { creatorIdSchema } from '../core/ids.js';

const input = z.object({
  creator: creatorIdSchema.meta({
    description: 'Whose knowledge this channel uses; a new name starts an empty one.',
    example: 'my-course',
    suggests: 'creators',
  }),
  ingestion: z
    .enum(['managers', 'members'])
    .default('managers')
    .meta({ description: 'Who may add documents from here.' }),
  wholeWorkspace: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether it counts for every channel here without a link of its own.' }),
});
type Context = CommandContext<z.infer<typeof input>>;

/** Ties a channel, or its whole workspace, to a creator. */
export const linkCommand = defineCommand({
  name: 'link',
  description: 'Choose whose knowledge this channel uses.',
  input,
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  needsCreator: false,
  async run(context) {
    const { event, services } = context;
    const { creator, ingestion, wholeWorkspace } = context.input;
    await checkOpen(context);
    const link = await services.links.link(event.address, { creatorId: creator, wholeWorkspace, ingestion });
    const place = wholeWorkspace ? 'Every channel here without a link of its own' : 'This channel';
    const who = ingestion === 'members' ? 'Everybody' : 'Managers';
    return notice(
      `${place} now answers from **${creator}**. ${who} may add documents: post a file to me, or use the command "ingest". The command "mode" sets when I speak.`,
      { link },
    );
  },
});

/**
 * A creator is a closed room: a manager of one workspace must not open it by knowing its name. A new name is free, as is
 * one that this workspace uses already; the operator may link any.
 */
async function checkOpen({
  creatorId,
  role,
  event: { address },
  input: { creator },
  services,
}: Context): Promise<void> {
  if (includesRole(role, 'operator')) return;
  const links = await services.links.ofCreator(creator);
  if (links.some(({ platform, workspaceId }) => platform === address.platform && workspaceId === address.workspaceId))
    return;
  const isDefault = creator === creatorId;
  const isKnown = isDefault || links.length > 0 || (await services.documents.list(creator, { limit: 1 })).length > 0;
  if (!isKnown) return;
  throw new DocentError('ACCESS_DENIED', {
    userMessage: `"${creator}" is in use elsewhere. Ask the operator of this Docent to link it here, or choose a name of your own.`,
  });
}

import { z } from 'zod';
import { argument } from './arguments.js';
import { schemaMessages } from './block-kit/issues.js';
import { violate } from './method.js';
import { MAX_VIEWS, checkView, makeView, replaceView } from './open-views.js';
import { SlackError } from './slack-error.js';
import { type World, notify } from './state.js';
import type { Installation, OpenView } from './world.js';

/** What an app may answer a submission with (surfaces/modals#response_actions). */
const replySchema = z.discriminatedUnion('response_action', [
  z.strictObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string().min(1)) }),
  z.strictObject({ response_action: z.literal('update'), view: argument.view }),
  z.strictObject({ response_action: z.literal('push'), view: argument.view }),
  z.strictObject({ response_action: z.literal('clear') }),
]);
type SubmissionReply = z.infer<typeof replySchema>;

/** Does to a modal what the app answered to its submission; what Slack would not take, the person is told of. */
export function takeSubmissionReply(world: World, installation: Installation, open: OpenView, reply: unknown): void {
  const stack = world.modals.get(open.userId) ?? [];
  if (reply === undefined || reply === '') {
    const clears = open.view.type === 'modal' && open.view.clear_on_close === true;
    world.modals.set(open.userId, clears ? [] : stack.filter((view) => view !== open));
    return;
  }
  try {
    const result = replySchema.safeParse(reply);
    if (!result.success)
      throw new SlackError('invalid_response_action', schemaMessages(result.error.issues, '', reply));
    apply(world, installation, open, stack, result.data);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    violate(world, 'delivery', error.error, error.messages);
    notify(world, open.userId, 'We had some trouble connecting. Try again?');
  }
}

function apply(
  world: World,
  installation: Installation,
  open: OpenView,
  stack: OpenView[],
  reply: SubmissionReply,
): void {
  switch (reply.response_action) {
    case 'clear':
      world.modals.set(open.userId, []);
      return;
    case 'errors':
      open.errors = checkedErrors(open, reply.errors);
      return;
    case 'update':
      checkView(installation, reply.view);
      replaceView(world, open, reply.view);
      return;
    case 'push':
      checkView(installation, reply.view);
      if (stack.length >= MAX_VIEWS) throw new SlackError('push_limit_reached');
      stack.push(makeView(world, open.teamId, open.userId, reply.view));
  }
}

/** @throws SlackError when an error is for something that is no input of the view: nobody would see it */
function checkedErrors(open: OpenView, errors: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const inputs = new Set(open.view.blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id));
  const stray = Object.keys(errors).filter((id) => !inputs.has(id));
  if (stray.length > 0 || Object.keys(errors).length === 0)
    throw new SlackError(
      'invalid_errors',
      stray.map((id) => `no input block "${id}"`),
    );
  return errors;
}

import { blockProblems } from './block-kit/rules.js';
import { elementsOf } from './block-kit/elements-of.js';
import { errorAt } from './block-kit/issues.js';
import type { View } from './block-kit/views.js';
import type { Payload } from './descriptions.js';
import { withBlockIds } from './messages.js';
import { SlackError } from './slack-error.js';
import type { World } from './state.js';
import type { Installation, OpenView } from './world.js';

/** Modals that may lie on each other. */
export const MAX_VIEWS = 3;
/** Slack refuses larger ones with `view_too_large`. */
const MAX_VIEW_BYTES = 250_000;

/** What is wrong with a view that is right in its parts. @throws SlackError `invalid_arguments`, `view_too_large`, `duplicate_external_id` */
export function checkView(installation: Installation, view: View): void {
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES) throw new SlackError('view_too_large');
  const hasInput = view.blocks.some(({ type }) => type === 'input');
  const takesFiles = view.blocks.flatMap(elementsOf).some(({ element }) => element.type === 'file_input');
  const problems = [
    ...blockProblems(view.blocks, '/view/blocks'),
    ...(view.type === 'modal' && hasInput && view.submit === undefined
      ? [errorAt('/view', 'missing required field: submit')]
      : []),
    ...(takesFiles && !installation.scopes.has('files:read')
      ? [errorAt('/view/blocks', 'file_input needs the scope files:read')]
      : []),
    ...(takesFiles && view.type === 'home' ? [errorAt('/view/blocks', 'unsupported type: file_input')] : []),
  ];
  if (problems.length > 0) throw new SlackError('invalid_arguments', problems);
}

/** A view that opens. @throws SlackError `duplicate_external_id` */
export function makeView(world: World, teamId: string, userId: string, view: View): OpenView {
  const open = [...world.modals.values()].flat();
  const { external_id: externalId } = view;
  if (
    externalId !== undefined &&
    open.some((other) => other.teamId === teamId && other.view.external_id === externalId)
  )
    throw new SlackError('duplicate_external_id');
  return { id: world.ids.next('V'), teamId, userId, view: named(world, view), hash: world.ids.ts(), errors: {} };
}

/** Puts another view in the place of an open one. */
export function replaceView(world: World, open: OpenView, view: View): void {
  Object.assign(open, { view: named(world, view), hash: world.ids.ts(), errors: {} });
}

function named(world: World, view: View): View {
  const blocks = withBlockIds(world, view.blocks).map((block) => {
    for (const { element } of elementsOf(block)) element.action_id ??= world.ids.next('a');
    return block;
  });
  return { ...view, blocks };
}

/** A view as the Web API and interactions show it. */
export function describeView(
  world: World,
  installation: Installation,
  { id, teamId, userId, view, hash }: OpenView,
  values: Payload = {},
): Payload {
  const stack = world.modals.get(userId) ?? [];
  const at = stack.findIndex((open) => open.id === id);
  return {
    id,
    team_id: teamId,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    external_id: view.external_id ?? '',
    state: { values },
    hash,
    title: view.type === 'modal' ? view.title : { type: 'plain_text', text: 'View Title' },
    close: (view.type === 'modal' ? view.close : undefined) ?? null,
    submit: (view.type === 'modal' ? view.submit : undefined) ?? null,
    clear_on_close: view.type === 'modal' && view.clear_on_close === true,
    notify_on_close: view.type === 'modal' && view.notify_on_close === true,
    root_view_id: stack[0]?.id ?? id,
    previous_view_id: stack[at - 1]?.id ?? null,
    app_id: world.app.appId,
    app_installed_team_id: installation.isOrgWide ? installation.enterpriseId : teamId,
    bot_id: installation.botId,
  };
}

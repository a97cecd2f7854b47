import { argument } from '../arguments.js';
import type { View } from '../block-kit/views.js';
import { type ApiMethod, type Call, defineMethod } from '../method.js';
import { SlackError } from '../slack-error.js';
import { covers } from '../tenants.js';
import { MAX_VIEWS, checkView, describeView, makeView, replaceView } from '../open-views.js';
import type { Trigger } from '../state.js';

/** How long a `trigger_id` opens something. */
const TRIGGER_LIFE_MS = 3_000;

/** Uses a trigger up. @throws SlackError `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id` */
function takeTrigger({ world, installation }: Call, id: string): Trigger {
  const trigger = world.triggers.get(id);
  if (trigger === undefined || !covers(world, installation, trigger.teamId)) throw new SlackError('invalid_trigger_id');
  if (trigger.isUsed) throw new SlackError('exchanged_trigger_id');
  if (world.clock.now() - trigger.issuedAtMs > TRIGGER_LIFE_MS) throw new SlackError('expired_trigger_id');
  trigger.isUsed = true;
  return trigger;
}

function requireType(view: View, type: View['type']): void {
  if (view.type !== type)
    throw new SlackError('invalid_arguments', [`[ERROR] unsupported type: ${view.type} [json-pointer:/view/type]`]);
}

const open = defineMethod({
  shape: { view: argument.view, trigger_id: argument.text },
  run(call, values) {
    const { world, installation } = call;
    requireType(values.view, 'modal');
    checkView(installation, values.view);
    const { teamId, userId } = takeTrigger(call, values.trigger_id);
    const opened = makeView(world, teamId, userId, values.view);
    world.modals.set(userId, [opened]);
    return { view: describeView(world, installation, opened) };
  },
});

const push = defineMethod({
  shape: { view: argument.view, trigger_id: argument.text },
  run(call, values) {
    const { world, installation } = call;
    requireType(values.view, 'modal');
    checkView(installation, values.view);
    const { teamId, userId } = takeTrigger(call, values.trigger_id);
    const stack = world.modals.get(userId) ?? [];
    if (stack.length === 0) throw new SlackError('view_not_found');
    if (stack.length >= MAX_VIEWS) throw new SlackError('push_limit_reached');
    const opened = makeView(world, teamId, userId, values.view);
    stack.push(opened);
    return { view: describeView(world, installation, opened) };
  },
});

const update = defineMethod({
  shape: {
    view: argument.view,
    view_id: argument.text.optional(),
    external_id: argument.text.optional(),
    hash: argument.text.optional(),
  },
  run({ world, installation }, values) {
    checkView(installation, values.view);
    const all = [...world.modals.values()].flat().concat(...world.homes.values());
    const opened = all.find(
      ({ id, view, teamId }) =>
        covers(world, installation, teamId) &&
        (values.view_id === undefined
          ? view.external_id !== undefined && view.external_id === values.external_id
          : id === values.view_id),
    );
    if (opened === undefined) throw new SlackError('not_found');
    requireType(values.view, opened.view.type);
    if (values.hash !== undefined && values.hash !== opened.hash) throw new SlackError('hash_conflict');
    replaceView(world, opened, values.view);
    return { view: describeView(world, installation, opened) };
  },
});

const publish = defineMethod({
  shape: { view: argument.view, user_id: argument.text, hash: argument.text.optional() },
  run({ world, installation }, values) {
    requireType(values.view, 'home');
    checkView(installation, values.view);
    const user = world.users.get(values.user_id);
    if (user === undefined || !covers(world, installation, user.teamId))
      throw new SlackError('invalid_arguments', ['[ERROR] unknown user [json-pointer:/user_id]']);
    const home = world.homes.get(user.id);
    if (values.hash !== undefined && values.hash !== home?.hash) throw new SlackError('hash_conflict');
    const published = home ?? makeView(world, user.teamId, user.id, values.view);
    replaceView(world, published, values.view);
    world.homes.set(user.id, published);
    return { view: describeView(world, installation, published) };
  },
});

/** Methods about modals and home tabs. */
export const viewMethods: Readonly<Record<string, ApiMethod>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};

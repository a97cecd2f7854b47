import { createChannelActs } from './channel-acts.js';
import { type Composer, createComposer } from './composer.js';
import type { Deliveries } from './deliveries.js';
import { describeMessage } from './descriptions.js';
import type { Events } from './events.js';
import { stateValues } from './form.js';
import { type Interactions, createInteractions } from './interactions.js';
import { reviseMessage, composedBlocks } from './messages.js';
import { type World, existing } from './state.js';
import type { Person, UsedElement } from './person.js';
import type { Delivery } from './records.js';
import { coveringInstallation, directChannel } from './tenants.js';
import { endInstallation } from './uninstall.js';
import { usedAction } from './used-action.js';
import type { Channel, Installation, Message, OpenView } from './world.js';

/** What makes people. */
export interface People {
  person(userId: string): Person;
}

/** People act on a world, and the app is told. */
export function createPeople(world: World, deliveries: Deliveries, events: Events): People {
  const interactions = createInteractions(world, deliveries, events);
  const composer = createComposer(world, events);
  return { person: (userId) => createPerson({ world, events, interactions, composer }, userId) };
}

interface Parts {
  readonly world: World;
  readonly events: Events;
  readonly interactions: Interactions;
  readonly composer: Composer;
}

function createPerson({ world, events, interactions, composer }: Parts, userId: string): Person {
  const { teamId } = existing(world.users, 'user', userId);

  const joined = (channelId: string): Channel => {
    const channel = existing(world.channels, 'channel', channelId);
    if (!channel.memberIds.has(userId)) throw new Error(`"${userId}" is not in the channel "${channelId}"`);
    return channel;
  };

  const installation = (): Installation => {
    const found = coveringInstallation(world, teamId);
    if (found === undefined) throw new Error('the app is not installed here');
    return found;
  };

  const topModal = (): OpenView => {
    const top = world.modals.get(userId)?.at(-1);
    if (top === undefined) throw new Error(`"${userId}" has no modal open`);
    return top;
  };

  const useInView = (view: OpenView, element: UsedElement): Delivery =>
    interactions.usedInView(
      view,
      usedAction(view.view.blocks, element, world.ids.ts()),
      stateValues(view.view.blocks, {}, composer.storeFor(userId), false),
    );

  const shortcut = (callbackId: string, type: 'message' | 'global'): string => {
    if (!world.app.shortcuts.some((known) => known.callbackId === callbackId && known.type === type))
      throw new Error(`the app has no ${type} shortcut "${callbackId}"`);
    return callbackId;
  };

  const own = (message: Message): Channel => {
    if (message.userId !== userId) throw new Error("this message is somebody else's");
    return existing(world.channels, 'channel', message.channelId);
  };

  return {
    id: userId,
    teamId,
    mention: `<@${userId}>`,
    post: (channelId, written) => composer.post(userId, joined(channelId), written),
    tell: (written) => composer.post(userId, directChannel(world, userId), written),
    edit(message, text) {
      const channel = own(message);
      const before = describeMessage(world, message);
      reviseMessage(world, message, text, composedBlocks(text));
      message.isEdited = true;
      return { message, deliveries: events.changed(channel, message, before) };
    },
    delete(message) {
      const channel = own(message);
      const before = describeMessage(world, message);
      channel.messages.delete(message.ts);
      return events.deleted(channel, before);
    },
    command(command, text, channelId) {
      if (!world.app.commands.includes(command) || !installation().scopes.has('commands'))
        throw new Error(`${command} is not a command here`);
      return interactions.command(userId, command, text, joined(channelId));
    },
    messageShortcut(callbackId, message) {
      joined(message.channelId);
      return interactions.messageShortcut(userId, shortcut(callbackId, 'message'), message);
    },
    globalShortcut: (callbackId) => interactions.globalShortcut(userId, shortcut(callbackId, 'global')),
    use({ channelId, ts }, element) {
      const channel = joined(channelId);
      const shown = channel.messages.get(ts);
      const seen = shown ?? world.ephemerals.find((message) => message.ts === ts && message.userId === userId);
      if (seen === undefined) throw new Error(`"${userId}" sees no message "${ts}"`);
      const action = usedAction(seen.blocks, element, world.ids.ts());
      const values = stateValues(seen.blocks, {}, composer.storeFor(userId), false);
      return interactions.usedInMessage(userId, { channel, ts, threadTs: seen.threadTs, shown }, action, values);
    },
    useInModal: (element) => useInView(topModal(), element),
    useInHome: (element) => useInView(existing(world.homes, 'home tab of', userId), element),
    submit(values) {
      const open = topModal();
      if (open.view.type === 'modal' && open.view.submit === undefined)
        throw new Error('this modal has nothing to submit');
      const states = stateValues(open.view.blocks, values, composer.storeFor(userId), true);
      open.errors = {};
      return interactions.submitted(open, states);
    },
    closeModal() {
      const open = topModal();
      world.modals.set(
        userId,
        (world.modals.get(userId) ?? []).filter((view) => view !== open),
      );
      return open.view.type === 'modal' && open.view.notify_on_close === true ? interactions.closed(open) : undefined;
    },
    openHome(tab) {
      const home = world.homes.get(userId);
      const channel = directChannel(world, userId);
      const [delivery] = events.announce(
        teamId,
        {
          type: 'app_home_opened',
          user: userId,
          channel: channel.id,
          tab,
          ...(home === undefined || tab !== 'home' ? {} : { view: home.view }),
        },
        '',
      );
      return delivery;
    },
    ...createChannelActs({ world, events, joined, installation }, userId),
    uninstallApp: () => endInstallation(world, events, installation(), 'uninstalled'),
  };
}

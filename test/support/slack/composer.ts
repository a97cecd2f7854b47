import { describeFile, mimeTypeOf } from './descriptions.js';
import type { Events } from './events.js';
import type { StoreFiles } from './field-values.js';
import { addMessage, composedBlocks } from './messages.js';
import { type World, existing } from './state.js';
import type { ChosenFile, Posted, WrittenMessage } from './person.js';
import type { Channel, StoredFile } from './world.js';

/** What people write and attach. */
export interface Composer {
  /** @throws Error when nothing is written, the channel is archived, or the thread is not there */
  post(userId: string, channel: Channel, written: WrittenMessage): Posted;
  /** Stores files that a person puts into a form. */
  storeFor(userId: string): StoreFiles;
}

/** Keeps messages and files of people, and tells the app. */
export function createComposer(world: World, events: Events): Composer {
  const store = (userId: string, chosen: ChosenFile): StoredFile => {
    const file: StoredFile = {
      id: world.ids.next('F'),
      teamId: existing(world.users, 'user', userId).teamId,
      userId,
      name: chosen.name,
      mimeType: chosen.mimeType ?? mimeTypeOf(chosen.name),
      bytes: Buffer.from(chosen.bytes),
      ...(chosen.externalUrl === undefined ? {} : { externalUrl: chosen.externalUrl }),
      isHiddenInEvents: chosen.isHiddenInEvents ?? false,
      fault: { ...chosen.fault },
    };
    world.files.set(file.id, file);
    return file;
  };

  return {
    post(userId, channel, { text = '', threadTs, files = [] }) {
      if (text === '' && files.length === 0) throw new Error('there is nothing to post');
      if (channel.isArchived) throw new Error(`nobody can post in the archived channel "${channel.id}"`);
      if (threadTs !== undefined && !channel.messages.has(threadTs))
        throw new Error(`there is no thread "${threadTs}"`);
      const message = addMessage(world, channel, {
        userId,
        text,
        blocks: composedBlocks(text),
        fileIds: files.map((file) => store(userId, file).id),
        ...(threadTs === undefined ? {} : { threadTs }),
      });
      return { message, deliveries: events.posted(channel, message) };
    },
    storeFor: (userId) => (files) => files.map((file) => describeFile(world, store(userId, file))),
  };
}

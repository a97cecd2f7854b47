import type { APIApplicationCommandOptionChoice, APIUser, InteractionType } from 'discord.js';
import type { Modal } from './limits/modals.js';
import type { Channel, Message } from './world.js';

/** How the app may answer first. */
export type Acknowledgement = 'reply' | 'deferred' | 'deferred-update' | 'update' | 'choices' | 'modal';

/** What came of something that a person started. */
export interface InteractionRun {
  readonly id: string;
  readonly token: string;
  /** The first response, once it is there. */
  readonly acknowledgement: Acknowledgement | undefined;
  /**
   * Resolves with the first response. Rejects with "The application did not respond" when there is none within 3 seconds of
   * the server's clock.
   */
  acknowledged(): Promise<Acknowledgement>;
  /** Resolves with the first message of the app once it has content: loading is not enough. */
  reply(): Promise<Message>;
  /** The modal that was opened. Rejects when the first response is another one. */
  modal(): Promise<Modal>;
  /** What the person sees of this interaction, oldest first: public and ephemeral messages, loading ones included. */
  readonly messages: readonly Message[];
}

/** An interaction as the server knows it. */
export interface Interaction extends InteractionRun {
  readonly type: InteractionType;
  readonly user: APIUser;
  readonly channel: Channel;
  readonly createdAtMs: number;
  /** What everybody is told of it, in the messages that answer it. */
  readonly metadata: NonNullable<Message['interaction_metadata']>;
  /** The message with the component that was used, or the one behind a modal that was opened so. */
  readonly source: Message | undefined;
  readonly messages: Message[];
  /** What `@original` is; undefined again once it is deleted. */
  original: Message | undefined;
  openModal: Modal | undefined;
  choices: readonly APIApplicationCommandOptionChoice[];
  /** Takes the first response. */
  acknowledge(how: Acknowledgement): void;
  /** A message has content now. */
  show(message: Message): void;
}

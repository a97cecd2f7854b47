import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import type { Message } from './world.js';

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
  /** Resolves with the first message once it has content: loading is not enough. */
  reply(): Promise<Message>;
  /** The modal that was opened. Rejects when the first response is another one. */
  modal(): Promise<APIModalInteractionResponseCallbackData>;
  /** What the person sees of this interaction, oldest first: public and ephemeral messages, loading ones included. */
  readonly messages: readonly Message[];
}

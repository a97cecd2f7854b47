import { type Connection, type Script, type ScriptArgument, companionKey } from './connection.js';
import type { ScriptTime } from './script-time.js';

/** Runs scripts on one queue's work. */
export interface QueueScripts {
  /**
   * @param scriptArguments those after the time.
   * @param otherKeys after the queue's; with Redis Cluster there can be none, as they are in another slot.
   * Throws as `Connection.run`.
   */
  run(script: Script, scriptArguments: readonly ScriptArgument[], otherKeys?: readonly string[]): Promise<unknown>;
  /** The channel on which the scripts say `ready` when work may start, and `revoked` when a claim counts no more. */
  readonly channel: string;
}

/** @param queue any text: what would change the Cluster slot is escaped. */
export function createQueueScripts(connection: Connection, queue: string, time: ScriptTime): QueueScripts {
  const mainKey = connection.key(`work:${encodeURIComponent(queue)}`);
  return {
    run: (script, scriptArguments, otherKeys = []) =>
      connection.runScript(script, [`{${mainKey}}`, ...otherKeys], [time(), ...scriptArguments]),
    channel: companionKey(mainKey, 'signals'),
  };
}

/** A session of the gateway, as a test sees it. */
export interface SessionView {
  readonly id: string;
  readonly shard: readonly [number, number];
  /** Bit field. */
  readonly intents: number;
  readonly isConnected: boolean;
}

/** What a test can see and do at the gateway. All sessions are meant unless a shard is named. */
export interface Gateway {
  readonly sessions: readonly SessionView[];
  /** How often a session was begun, and resumed. */
  readonly identifies: number;
  readonly resumes: number;
  /** False: heartbeats get no ACK and nothing is sent, as on a dead connection. Default true. */
  isAlive: boolean;
  /** True: no connection is taken. Default false. */
  isDown: boolean;
  /** How many dispatches that the client has already seen are sent once more after a RESUME. Default 0. */
  repeatedAfterResume: number;
  /** Op 7: asks to reconnect and resume. */
  requestReconnect(shard?: number): void;
  /** Op 9: the session is invalid; a resumable one stays known. */
  invalidateSession(isResumable: boolean, shard?: number): void;
  /** Closes with a code such as 4000. */
  closeConnections(code: number, shard?: number): void;
  /** Cuts the connections without a word. The sessions stay resumable. */
  cutConnections(shard?: number): void;
  /** Sends the last dispatches of a type once more, with the same data, as new ones. */
  repeatLast(type: string): void;
}

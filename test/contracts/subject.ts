/** An implementation of a port under test, with its storage and its time. */
export interface Subject<Port> {
  /** The instance at work; another one after `reopen`. */
  readonly port: Port;
  /** Milliseconds since 1970, as the implementation sees it. */
  now(): number;
  /** Moves that time on and lets what falls due run; 0 lets run what is ready. */
  advance(ms: number): Promise<void>;
  /** A crash: the instance is dropped without being stopped, and another one takes over its storage. */
  reopen(): Promise<void>;
}

export type CreateSubject<Port> = () => Promise<Subject<Port>>;

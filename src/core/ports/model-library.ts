/** A model that Docent needs from a model server. */
export interface RequiredModel {
  /** As the server knows it, such as `nomic-embed-text`. */
  readonly name: string;
  /** What Docent does with it, such as `writes the answers`. */
  readonly purpose: string;
  readonly isInstalled: boolean;
  /** How far its download is, while this process has it downloaded. */
  readonly pulling?: PullProgress;
}

/** How far a download is. */
export interface PullProgress {
  /** What is being done. One line. */
  readonly text: string;
  /** Bytes, of the files that are known so far; undefined while none is. */
  readonly bytes?: { readonly done: number; readonly total: number };
}

/** The models of a model server, which may have to be downloaded before they can be used. */
export interface ModelLibrary {
  /** Where they are, for people, without credentials: `Ollama at http://localhost:11434`. */
  readonly server: string;
  /** The models that this Docent needs. @throws DocentError `ENGINE_UNAVAILABLE`; the signal's reason when aborted. */
  required(signal: AbortSignal): Promise<RequiredModel[]>;
  /**
   * Has the server download a model; ends when it can be used. What was downloaded before is not fetched again: after a
   * cut connection it goes on by itself, after an abort with the next call.
   * @throws DocentError `ENGINE_UNAVAILABLE` when there is no such model, or the download does not get on; the signal's
   * reason when aborted.
   */
  pull(name: string, signal: AbortSignal): AsyncIterable<PullProgress>;
}

import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelLibrary, PullProgress } from '../../src/core/ports/model-library.js';

export interface ModelLibrarySubject {
  readonly library: ModelLibrary;
  /** A model that it requires, that is not installed, and that can be pulled. */
  readonly missing: string;
  /** A model that is installed. */
  readonly installed: string;
}

/** What every library of models promises. */
export function describeModelLibraryContract(name: string, createSubject: () => Promise<ModelLibrarySubject>): void {
  describe(`ModelLibrary contract: ${name}`, () => {
    const { signal } = new AbortController();
    let library: ModelLibrary;
    let missing: string;
    let installed: string;
    beforeEach(async () => {
      ({ library, missing, installed } = await createSubject());
    });

    const pullAll = async (model: string): Promise<PullProgress[]> => {
      const told: PullProgress[] = [];
      for await (const progress of library.pull(model, signal)) told.push(progress);
      return told;
    };
    const isInstalled = async (model: string): Promise<boolean | undefined> =>
      (await library.required(signal)).find((required) => required.name === model)?.isInstalled;

    it('says where the models are, without credentials', () => {
      expect(library.server).not.toBe('');
      expect(library.server).not.toContain('@');
    });

    it('knows which of the models it needs are there', async () => {
      expect(await isInstalled(installed)).toBe(true);
      expect(await isInstalled(missing)).toBe(false);
      for (const { purpose } of await library.required(signal)) expect(purpose).not.toBe('');
    });

    it('downloads a model, with bytes that grow up to the whole, and then has it', async () => {
      const told = await pullAll(missing);
      const bytes = told.flatMap((progress) => (progress.bytes === undefined ? [] : [progress.bytes]));
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes.map(({ done }) => done)).toEqual(bytes.map(({ done }) => done).toSorted((a, b) => a - b));
      expect(bytes.at(-1)?.done).toBe(bytes.at(-1)?.total);
      expect(await isInstalled(missing)).toBe(true);
    });

    it('is soon done with a model that is there', async () => {
      await pullAll(installed);
      expect(await isInstalled(installed)).toBe(true);
    });

    it('throws the reason of a signal that is aborted', async () => {
      const reason = new Error('not wanted any more');
      await expect(library.required(AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(async () => {
        for await (const _progress of library.pull(missing, AbortSignal.abort(reason)));
      }).rejects.toBe(reason);
      expect(await isInstalled(missing)).toBe(false);
    });

    it('leaves a download at once when nobody follows it, and takes it up again', async () => {
      for await (const _progress of library.pull(missing, signal)) break;
      await pullAll(missing);
      expect(await isInstalled(missing)).toBe(true);
    });

    it('says of a model that nobody knows that there is none', async () => {
      await expect(pullAll('no-such-model')).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        retryable: false,
        userMessage: expect.stringContaining('no-such-model'),
      });
    });
  });
}

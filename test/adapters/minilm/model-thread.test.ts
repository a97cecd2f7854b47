import { expect, it } from 'vitest';
import { startModelThread } from '../../../src/adapters/minilm/model-thread.js';

it('rejects the call that waits, and later ones, when the thread is ended', async () => {
  const thread = startModelThread();
  await thread.loaded;
  const call = thread.embed('a text');
  await Promise.all([expect(call).rejects.toThrow(/ended/), thread.stop()]);
  await expect(thread.embed('another')).rejects.toThrow(/ended/);
});

it('rejects when it is ended while it loads', async () => {
  const thread = startModelThread();
  await Promise.all([expect(thread.loaded).rejects.toThrow(/ended/), thread.stop()]);
});

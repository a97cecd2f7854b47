import { describe, expect, it } from 'vitest';
import { forgetCreatorCommand } from '../../src/commands/forget-creator.js';
import { forgetMeCommand } from '../../src/commands/forget-me.js';
import type { Erased, Erasure } from '../../src/core/erasure.js';
import { openCommands } from './run-command.js';

async function openErasing(erased: Erased[]) {
  const asked: string[] = [];
  const erasure: Erasure = {
    async forgetMember(creatorId, memberKey) {
      asked.push(`${memberKey} in ${creatorId}`);
      return erased;
    },
    async forgetCreator(creatorId) {
      asked.push(creatorId);
      return erased;
    },
  };
  return { asked, ...(await openCommands({ erasure })) };
}

describe('forget-me', () => {
  it('erases whoever runs it, and says what went', async () => {
    const { say, asked } = await openErasing([
      { what: 'conversation messages', count: 4 },
      { what: 'answers and votes', count: 2 },
    ]);
    expect((await say(forgetMeCommand, {}, { member: 'ada' })).text).toBe(
      'Done. I erased 4 conversation messages and 2 answers and votes. Documents that you added stay, without your name.',
    );
    expect(asked).toEqual(['test/w/ada in coach']);
  });

  it('says when there was nothing', async () => {
    const { say } = await openErasing([]);
    expect((await say(forgetMeCommand)).text).toBe('I keep nothing of you here.');
  });
});

describe('forget-creator', () => {
  it('erases the creator whose name is typed, and says what went', async () => {
    const { say, asked } = await openErasing([{ what: 'passages', count: 1_200 }]);
    expect(await say(forgetCreatorCommand, { creator: 'coach' })).toMatchObject({
      text: '**coach** is erased: 1,200 passages.',
      data: { creatorId: 'coach', erased: [{ what: 'passages', count: 1_200 }] },
    });
    expect(asked).toEqual(['coach']);
  });

  it.each(['Coach', 'team', 'yes'])('erases nothing when "%s" is typed instead', async (creator) => {
    const { failure, asked } = await openErasing([]);
    expect(await failure(forgetCreatorCommand, { creator })).toMatchObject({
      code: 'COMMAND_INPUT',
      userMessage: 'Nothing was erased. To erase everything of "coach", type its name: forget-creator coach',
    });
    expect(asked).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { linkCommand } from '../../src/commands/link.js';
import { modeCommand } from '../../src/commands/mode.js';
import { makeEvent } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

const { address } = makeEvent();
const isDefault = { creator: 'default' };

describe('link', () => {
  it('ties the channel to a new creator', async () => {
    const { say, services } = await openCommands();
    const message = await say(linkCommand, { creator: 'coach', ingestion: 'members' }, isDefault);
    expect(message.text).toMatch(/^This channel now answers from \*\*coach\*\*\. Everybody may add documents/);
    expect(await services.links.find(address)).toMatchObject({
      creatorId: 'coach',
      channelId: 'c',
      ingestion: 'members',
    });
    expect(await services.creators.list()).toEqual(['coach']);
  });

  it('ties the whole workspace', async () => {
    const { say, services } = await openCommands();
    await say(linkCommand, { creator: 'coach', wholeWorkspace: true }, isDefault);
    expect(await services.links.find({ ...address, channelId: 'another' })).toMatchObject({
      creatorId: 'coach',
      channelId: null,
    });
  });

  it('lets a manager link what this workspace uses already', async () => {
    const { say } = await openCommands();
    await say(linkCommand, { creator: 'coach' }, isDefault);
    await say(linkCommand, { creator: 'coach', ingestion: 'members' });
  });

  it('does not open a creator of another workspace to whoever knows its name, but to the operator', async () => {
    const { say, failure, services } = await openCommands();
    await say(linkCommand, { creator: 'coach' }, { ...isDefault, workspace: 'elsewhere' });
    expect(await failure(linkCommand, { creator: 'coach' }, isDefault)).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await services.links.find(address)).toBeUndefined();
    await say(linkCommand, { creator: 'coach' }, { ...isDefault, role: 'operator' });
    expect(await services.links.find(address)).toMatchObject({ creatorId: 'coach' });
  });

  it('does not open a creator that has documents, or the default one', async () => {
    const { failure, post, settleWork } = await openCommands();
    await post('handbook.txt', 'Sessions last an hour.');
    await settleWork();
    expect(await failure(linkCommand, { creator: 'coach' }, isDefault)).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await failure(linkCommand, { creator: 'default' }, isDefault)).toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('says which names a creator may have', async () => {
    const { failure } = await openCommands();
    expect((await failure(linkCommand, { creator: 'My Course' }, isDefault)).userMessage).toBe(
      '"creator" is wrong: a creator is 2 to 63 lower-case letters, digits and hyphens, starting with a letter or digit. For example: link my-course',
    );
  });
});

describe('mode', () => {
  it('sets when to speak, and says what that means', async () => {
    const { say, services } = await openCommands();
    await say(linkCommand, { creator: 'coach' }, isDefault);
    const message = await say(modeCommand, { mode: 'all', onlyWhenConfident: true });
    expect(message.text).toBe(
      'I answer every message in this channel. Where nobody mentions me, I stay silent when the documents do not cover it.',
    );
    expect(await services.links.find(address)).toMatchObject({ mode: 'all', onlyWhenConfident: true });
  });

  it('says when there is no link to set it for', async () => {
    const { failure } = await openCommands();
    expect(await failure(modeCommand, { mode: 'all' })).toMatchObject({ code: 'CREATOR_NOT_LINKED' });
  });
});

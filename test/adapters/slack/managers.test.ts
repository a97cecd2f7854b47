import { describe, expect, it } from 'vitest';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;

describe('managers', () => {
  it.each([
    ['owner', 'manager'],
    ['admin', 'manager'],
    ['member', 'member'],
  ] as const)('%s counts as %s', async (role, expected) => {
    const slack = await openSlack();
    const person = slack.server.addUser(slack.workspace.id, 'person', role);
    slack.server.channel(slack.channel.id).memberIds.add(person.id);
    await person.command('/docent', 'stats', slack.channel.id).settled;
    expect(slack.host.events.at(-1)?.author.role).toBe(expected);
  });

  it('are not the owners of another organisation, whom a shared channel brings', async () => {
    const slack = await openSlack();
    const other = slack.server.addWorkspace('Umbrella');
    const eve = slack.server.addUser(other.id, 'eve', 'owner');
    slack.server.channel(slack.channel.id).memberIds.add(eve.id);
    eve.post(slack.channel.id, { text: `${slack.mention} stats` });
    await slack.server.settled();
    expect(slack.host.events[0]).toMatchObject({ author: { memberId: eve.id, role: 'member' } });
    const place = { workspaceId: slack.workspace.id };
    const roleIn = (channelId: string | null) =>
      slack.adapter.membership?.(slack.host.events[0]!, { ...place, channelId }, never);
    const open = slack.server.addChannel(slack.workspace.id, 'open', [slack.ada.id]);
    expect(await roleIn(slack.channel.id)).toBe('member');
    expect(await roleIn(open.id)).toBeUndefined();
    expect(await roleIn(null)).toBeUndefined();
  });

  it('are the members of a user group too', async () => {
    const addGroup = ({ server, workspace, grace }: OpenedSlack) =>
      server.addUserGroup(workspace.id, 'coaches', [grace.id]).id;
    // The stand-in gives the same ids in every run, and the settings are read before there is a group.
    const groupId = addGroup(await openSlack());
    const slack = await openSlack({ settings: { managerGroups: groupId } });
    expect(addGroup(slack)).toBe(groupId);
    await slack.grace.command('/docent', 'stats', slack.channel.id).settled;
    expect(slack.host.events.at(-1)?.author.role).toBe('manager');
  });
});

import { describe, expect, it } from 'vitest';
import { createWaysIn } from '../../../src/core/chat/ways-in.js';
import { DocentError } from '../../../src/core/errors.js';
import { settle } from '../../support/fake-clock.js';

const refusal = (userMessage: string): DocentError => new DocentError('SETTINGS_INVALID', { userMessage });

/** The ways in of a process, and what it was told when the last one closed. */
function open(...platforms: readonly string[]) {
  const adapters = platforms.map((platform) => ({ platform, isForOperators: platform === 'terminal' }));
  const waysIn = createWaysIn(adapters);
  const told: string[] = [];
  void waysIn.allClosed.then(({ userMessage }) => told.push(userMessage));
  return { told, close: (platform: string) => waysIn.close(platform, refusal(`${platform} is closed.`)) };
}

describe('the ways in', () => {
  it('are closed with the last platform that people come by; a terminal is for who runs the process', async () => {
    const { told, close } = open('discord', 'terminal', 'web');
    close('discord');
    close('discord');
    await settle();
    expect(told).toEqual([]);
    close('web');
    await settle();
    expect(told).toEqual(['web is closed.']);
  });

  it('are not closed where there never was one', async () => {
    const { told, close } = open('terminal');
    close('terminal');
    await settle();
    expect(told).toEqual([]);
  });
});

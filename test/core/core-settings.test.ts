import { expect, it } from 'vitest';
import { coreSettingsSchema } from '../../src/core/core-settings.js';
import { readSettings } from '../../src/core/settings.js';

it('waits for the first words no longer than a request may be without an answer', () => {
  const env = 'DOCENT_FIRST_TEXT_TIMEOUT_SECONDS';
  expect(readSettings(coreSettingsSchema, { [env]: '280' })).toMatchObject({
    settings: { firstTextTimeoutSeconds: 280 },
  });
  expect(readSettings(coreSettingsSchema, { [env]: '281' })).toMatchObject({ problems: [{ env }] });
});

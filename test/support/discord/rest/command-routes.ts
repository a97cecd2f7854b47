import { z } from 'zod';
import { withoutTranslations } from '../command-book.js';
import { readForm } from '../form.js';
import { Refusal } from '../refusal.js';
import { ownGuild } from './access.js';
import { type Call, type Route, nothing, ok } from './route.js';

const listSchema = z.array(z.unknown());
const patchSchema = z.record(z.string(), z.unknown());

/** The routes of one scope: global commands, or those of a guild (application-commands, Endpoints). */
function scopeRoutes(path: string, scopeOf: (call: Call) => string | undefined): Route[] {
  const handle = (call: Call): string | undefined => {
    if (call.parameter('application') !== call.world.applicationId) throw new Refusal('UNKNOWN_APPLICATION');
    return scopeOf(call);
  };
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const commands = call.world.commands.list(handle(call));
        return ok(call.query.get('with_localizations') === 'true' ? commands : commands.map(withoutTranslations));
      },
    },
    {
      method: 'POST',
      path,
      handle(call) {
        const { command, isNew } = call.world.commands.upsert(handle(call), call.body);
        return { status: isNew ? 201 : 200, body: command };
      },
    },
    {
      method: 'PUT',
      path,
      handle: (call) => ok(call.world.commands.replaceAll(handle(call), readForm(listSchema, call.body))),
    },
    {
      method: 'GET',
      path: `${path}/:command`,
      handle: (call) => ok(call.world.commands.find(handle(call), call.parameter('command'))),
    },
    {
      method: 'PATCH',
      path: `${path}/:command`,
      handle: (call) =>
        ok(call.world.commands.patch(handle(call), call.parameter('command'), readForm(patchSchema, call.body))),
    },
    {
      method: 'DELETE',
      path: `${path}/:command`,
      handle(call) {
        call.world.commands.delete(handle(call), call.parameter('command'));
        return nothing;
      },
    },
  ];
}

/** Application commands. */
export const commandRoutes: readonly Route[] = [
  ...scopeRoutes('/applications/:application/commands', () => undefined),
  ...scopeRoutes('/applications/:application/guilds/:guild/commands', (call) => ownGuild(call).id),
];

import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../src/core/system-clock.js';
import { exampleApp } from './app.js';
import { ordinaryBehaviour } from './behaviour.js';
import { createDeliveries } from './deliveries.js';
import { createEvents } from './events.js';
import { createHttpTransport } from './http-transport.js';
import { createRoutes } from './http-routes.js';
import { createPeople } from './people.js';
import { createScreen } from './screen.js';
import { createSocketHub } from './socket-hub.js';
import { createWorld, existing } from './state.js';
import type { SlackStandIn, StandInOptions } from './surface.js';
import {
  addChannel,
  addEnterprise,
  addUser,
  addWorkspace,
  coveringInstallation,
  directChannel,
  install,
} from './tenants.js';
import { createWebApi } from './web-api.js';

/** Starts Slack's servers on this machine, for one app. */
export async function startSlackStandIn(options: StandInOptions = {}): Promise<SlackStandIn> {
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const behaviour = ordinaryBehaviour();
  const app = { ...exampleApp, ...options.app };
  const world = createWorld({ app, behaviour, clock: options.clock ?? systemClock, url });
  const gone = new AbortController();
  // One for each delivery that is under way.
  setMaxListeners(0, gone.signal);
  const hub = createSocketHub(world);
  const deliveries = createDeliveries(world, {
    http: (urls) => createHttpTransport(world, urls, gone.signal),
    socket: hub,
  });
  const events = createEvents(world, deliveries);
  const people = createPeople(world, deliveries, events);
  const serve = createRoutes(
    world,
    events,
    createWebApi(world, events, () => hub.openUrl()),
  );
  server.on('request', (request, response) => void serve(request, response));
  server.on('upgrade', (request, socket, head) => hub.upgrade(request, socket, head));

  return {
    url,
    apiUrl: `${url}/api/`,
    authorizeUrl: `${url}/oauth/v2/authorize`,
    app,
    behaviour,
    calls: world.calls,
    violations: world.violations,
    pings: world.pings,
    deliveries: deliveries.all,
    sockets: hub.connections,
    screen: createScreen(world),
    addEnterprise: (name) => addEnterprise(world, name),
    addWorkspace: (name, { enterpriseId } = {}) => addWorkspace(world, name, enterpriseId),
    addUser(teamId, name, role = 'member') {
      existing(world.workspaces, 'workspace', teamId);
      return people.person(addUser(world, teamId, name, role).id);
    },
    addUserGroup(teamId, handle, userIds) {
      const group = { id: world.ids.next('S'), teamId, handle, userIds: new Set(userIds) };
      world.userGroups.set(group.id, group);
      return group;
    },
    addChannel: (teamId, name, memberIds, kind = 'public') => addChannel(world, teamId, name, memberIds, kind),
    install: (tenantId, { scopes = app.botScopes, installerId } = {}) => install(world, tenantId, scopes, installerId),
    installation(teamId) {
      const installation = coveringInstallation(world, teamId);
      if (installation === undefined) throw new Error(`the app is not installed in "${teamId}"`);
      return installation;
    },
    user: (userId) => existing(world.users, 'user', userId),
    channel: (channelId) => existing(world.channels, 'channel', channelId),
    file: (fileId) => existing(world.files, 'file', fileId),
    directChannel: (userId) => directChannel(world, userId),
    deliverTo: deliveries.deliverTo,
    hold: deliveries.hold,
    release: deliveries.release,
    redeliver: deliveries.redeliver,
    settled: deliveries.settled,
    async close() {
      deliveries.stop();
      gone.abort();
      hub.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

import { describeCoordinatorContract } from '../../contracts/coordinator.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openCoordinator } from './coordinator-subject.js';

const maxWaiting = 300;

describeWith('redis-server', 'coordinator on Redis', (part) => {
  const server = useRedisServer(part);
  const open = () => openCoordinator(server().url, maxWaiting);

  describeCoordinatorContract('redis', open, { maxWaiting });
});

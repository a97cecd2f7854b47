import { describeFailure } from '../../contracts/coordinator-failure.contract.js';
import { describeWork } from '../../contracts/coordinator-work.contract.js';
import { describeControl } from '../../contracts/coordinator-control.contract.js';
import { describeSharing } from '../../contracts/coordinator-sharing.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisCluster } from '../../support/redis-cluster.js';
import { openCoordinator } from './coordinator-subject.js';

const maxWaiting = 300;

describeWith('redis-server', 'coordinator on a Redis Cluster', (part) => {
  const cluster = useRedisCluster(part);
  const open = () => openCoordinator({ REDIS_CLUSTER_NODES: cluster().addresses }, maxWaiting);

  describeWork(open, maxWaiting);
  describeFailure(open);
  describeControl(open);
  describeSharing(open);
});

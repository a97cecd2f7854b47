import { type DocentError, toDocentError } from '../../../core/errors.js';
import type { Logger } from '../../../core/ports/logger.js';
import { systemClock } from '../../../core/system-clock.js';
import { createClientGateway } from './client-gateway.js';
import { type ShardMessage, shardSetupSchema } from './shard-message.js';

// A process for one shard, started by the `ShardingManager` of discord.js: it hands every event to its parent, where all
// the rest is done, and ends with it.

const STATE_EVERY_MS = 5_000;
const RETRY_AFTER_MS = 5_000;

const tell = (message: ShardMessage): void => {
  if (process.connected) process.send?.(message);
};
const fail = ({ userMessage }: DocentError): void => tell({ docent: 'failed', userMessage });

/** The parent has the log; what fails for good is told to it, the rest shows in the state. */
const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLogger };

const gateway = createClientGateway({
  ...shardSetupSchema.parse(JSON.parse(process.argv[2] ?? '')),
  token: process.env['DISCORD_TOKEN'] ?? '',
  listener: { dispatch: (event, data) => tell({ docent: 'dispatch', event, data }), fail },
  logger: silentLogger,
});

function tellState(): void {
  const [shard] = gateway.shards;
  tell({ docent: 'state', isReady: shard?.isReady ?? false, signs: shard?.signs ?? 0 });
  systemClock.after(STATE_EVERY_MS, tellState);
}

process.on('disconnect', () => process.exit());
try {
  await gateway.connect();
  tellState();
} catch (error) {
  const problem = toDocentError(error);
  if (problem.code === 'SETTINGS_INVALID') fail(problem);
  // Whatever else it is, the next process of this shard may connect.
  else systemClock.after(RETRY_AFTER_MS, () => process.exit(1));
}

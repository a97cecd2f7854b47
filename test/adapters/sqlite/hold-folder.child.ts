import { takeDataFolder } from '../../../src/adapters/sqlite/data-folder-lock.js';

// Owns the folder until it is killed.
await takeDataFolder(process.argv[2] ?? '');
process.send?.('held');
setInterval(() => {}, 1_000);

import type { MessageBlock } from './block-kit/blocks.js';
import { errorAt } from './block-kit/issues.js';
import { isScanned } from './descriptions.js';
import type { Call } from './method.js';
import { SlackError } from './slack-error.js';
import { covers } from './tenants.js';
import type { StoredFile } from './world.js';

/** How pictures begin that a block may show: PNG, JPEG, GIF. */
const PICTURES = ['89504e470d0a1a0a', 'ffd8ff', '47494638'];

/**
 * What Slack looks at when image blocks show files of its own: each is a picture of a workspace that the app is in, and
 * looked through already (slackapi/python-slack-sdk#1658).
 * @throws SlackError `invalid_blocks`
 */
export function checkShownFiles({ world, installation }: Call, blocks: readonly MessageBlock[]): void {
  const isShowable = (file: StoredFile): boolean =>
    covers(world, installation, file.teamId) &&
    isScanned(world, file) &&
    PICTURES.some((beginning) => file.bytes.toString('hex', 0, 8).startsWith(beginning));
  const problems = blocks.flatMap((block, index) => {
    if (block.type !== 'image' || block.slack_file === undefined) return [];
    const file = world.files.get(block.slack_file.id ?? fileIdIn(block.slack_file.url));
    if (file !== undefined && isShowable(file)) return [];
    return [errorAt(`/blocks/${index}/slack_file`, 'invalid slack file')];
  });
  if (problems.length > 0) throw new SlackError('invalid_blocks', problems);
}

/** The file of a `url_private` or a `permalink`. */
function fileIdIn(url = ''): string {
  return /[-/](F[A-Z0-9]{8,})\//.exec(url)?.[1] ?? '';
}

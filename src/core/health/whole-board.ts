import { counted, durationInWords, listed } from '../chat/words.js';
import { type ComponentHealth, type HealthBoard, worstOf } from './health-board.js';
import type { OtherProcess, OtherProcesses } from './other-processes.js';

/** One process's word on a component. */
interface Sighting {
  readonly process: string;
  readonly health: ComponentHealth;
}

/** Processes that are named as those that see a component so. */
const MAX_NAMED = 3;

/**
 * How all of Docent is: what this process sees, what the others say of what they see, and whether they live. Where they
 * disagree the worst counts, with who sees it so.
 */
export function createWholeBoard({
  own,
  ownName,
  others,
}: {
  readonly own: HealthBoard;
  readonly ownName: string;
  readonly others: OtherProcesses;
}): HealthBoard {
  return {
    async check(signal) {
      const [here, elsewhere] = await Promise.all([own.check(signal), others.look()]);
      const living = elsewhere.filter(({ isSilent }) => !isSilent);
      const components = mergeSightings([
        ...here.components.map((health) => ({ process: ownName, health })),
        ...living.flatMap(({ name, components: seen }) => seen.map((health) => ({ process: name, health }))),
        ...elsewhere.map((other) => ({ process: other.name, health: lifeOf(other) })),
      ]);
      return { state: worstOf(components.map(({ state }) => state)), components };
    },
  };
}

/** A component each, in the order in which they were seen first. */
function mergeSightings(sightings: readonly Sighting[]): ComponentHealth[] {
  const byComponent = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const { component } = sighting.health;
    byComponent.set(component, [...(byComponent.get(component) ?? []), sighting]);
  }
  return [...byComponent.values()].flatMap((seen) => {
    const worst = worstOf(seen.map(({ health }) => health.state));
    const alike = seen.filter(({ health }) => health.state === worst);
    const [first] = alike;
    if (first === undefined) return [];
    if (alike.length === seen.length) return [first.health];
    return [{ ...first.health, detail: `${first.health.detail} ${shareInWords(alike, seen.length)}` }];
  });
}

/** `1 of 3 processes sees it so: worker 0f3a6b.` */
function shareInWords(alike: readonly Sighting[], count: number): string {
  const names = alike.slice(0, MAX_NAMED).map(({ process }) => process);
  const more = alike.length > MAX_NAMED ? [`${alike.length - MAX_NAMED} more`] : [];
  const see = alike.length === 1 ? 'sees' : 'see';
  return `${alike.length} of ${counted(count, 'process', 'processes')} ${see} it so: ${listed([...names, ...more])}.`;
}

function lifeOf({ name, host, silentMs, isSilent }: OtherProcess): ComponentHealth {
  const component = name;
  if (!isSilent) return { component, state: 'healthy', detail: `It runs on ${host}.`, checkMs: 0 };
  return {
    component,
    state: 'unhealthy',
    detail: `It ran on ${host} and has given no sign of life for ${durationInWords(silentMs)}.`,
    fix: 'Look at its log and start it again. If it was taken away for good, it is forgotten after a day.',
    checkMs: 0,
  };
}

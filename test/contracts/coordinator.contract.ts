import { describe } from 'vitest';
import type { Coordinator } from '../../src/core/ports/coordinator.js';
import { describeControl } from './coordinator-control.contract.js';
import { describeFailure } from './coordinator-failure.contract.js';
import { describeProperty } from './coordinator-property.contract.js';
import { describeSharing } from './coordinator-sharing.contract.js';
import { describeWork } from './coordinator-work.contract.js';
import type { CreateSubject } from './subject.js';

/** What every coordinator promises. */
export function describeCoordinatorContract(
  name: string,
  createSubject: CreateSubject<Coordinator>,
  bounds: {
    /** How much work a queue of the subject takes: small, so that it can be filled. */
    readonly maxWaiting: number;
  },
): void {
  describe(`Coordinator contract: ${name}`, () => {
    describeWork(createSubject, bounds.maxWaiting);
    describeFailure(createSubject);
    describeControl(createSubject);
    describeSharing(createSubject);
    describeProperty(createSubject);
  });
}

/** Module of a worker that samples one slab of a box, round after round. */
import { serve } from '../../parallel/pool.ts';
import { type DomainTask, openDomain } from './domain.ts';

let domain: ReturnType<typeof openDomain> | undefined;

serve<DomainTask, never, unknown>(async (task) => {
  if (task.type === 'open') {
    domain = openDomain(task.setup);
    return null;
  }
  return domain!(task.round);
});

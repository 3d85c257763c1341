/** Module of a force worker: waits for its place, says that it has begun, then takes part until the team is dissolved. */
import { type TeamPlace, takePart } from './team.ts';

const scope = globalThis as unknown as {
  addEventListener(type: 'message', listener: (message: { data: TeamPlace }) => void): void;
  postMessage(data: unknown): void;
};
scope.addEventListener('message', ({ data }) => {
  scope.postMessage('begun');
  takePart(data);
});

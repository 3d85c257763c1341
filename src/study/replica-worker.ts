/** Worker entry: replicas of a study. */
import { serve } from '../parallel/pool.ts';
import { type ReplicaEvent, type ReplicaResult, type ReplicaTask, runReplica } from './replica.ts';

serve<ReplicaTask, ReplicaEvent, ReplicaResult>(runReplica);

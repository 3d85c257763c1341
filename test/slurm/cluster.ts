/** A Slurm cluster of several nodes on this machine, all of it processes of the test with their files in a folder of their own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const found = (program: string): string | undefined =>
  ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']
    .map((folder) => join(folder, program))
    .find(existsSync);

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol'];

/** Why no cluster can be started here; empty when one can. */
export const missing =
  process.getuid?.() !== 0
    ? 'the test is not root'
    : programs.filter((program) => !found(program)).length > 0
      ? `${programs.filter((program) => !found(program)).join(', ')} not installed (Debian: slurm-wlm, munge)`
      : '';

export interface Cluster {
  /** environment for sbatch and squeue, and all that calls them */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** nodes by name */
  readonly nodes: readonly string[];
  /** ends a node and all that runs on it with SIGKILL, as a power cut does */
  readonly killNode: (node: string) => void;
  readonly command: (program: string, ...args: string[]) => string;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts a cluster and waits until its nodes are idle. */
export async function startCluster(count: number, cpus: number): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-slurm-'));
  chmodSync(folder, 0o755);
  const at = (...path: string[]) => join(folder, ...path);
  for (const name of ['state', 'log', 'munge']) mkdirSync(at(name));
  chmodSync(at('munge'), 0o755);
  writeFileSync(at('munge', 'key'), 'k'.repeat(1024), { mode: 0o400 });
  const ports: number[] = [];
  for (let k = 0; k <= count; k++) ports.push(await freePort());
  const host = hostname();
  const nodes = Array.from({ length: count }, (_, k) => `n${k + 1}`);
  writeFileSync(at('cgroup.conf'), '');
  writeFileSync(
    at('slurm.conf'),
    `ClusterName=cardhouse
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${at('munge', 'socket')}
CredType=cred/munge
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool-%n')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd-%n.pid')}
SlurmctldLogFile=${at('log', 'slurmctld.log')}
SlurmdLogFile=${at('log', 'slurmd-%n.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SlurmdTimeout=8
KillWait=2
MinJobAge=2
ReturnToService=2
SwitchType=switch/none
${nodes.map((node, k) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[k + 1]} CPUs=${cpus} RealMemory=1000 State=UNKNOWN`).join('\n')}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`,
  );
  const env = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const children = new Map<string, ChildProcess>();
  const start = (name: string, program: string, args: readonly string[]) => {
    const child = spawn(found(program)!, args, { env, stdio: 'ignore', detached: true });
    children.set(name, child);
    return child;
  };
  const command = (program: string, ...args: string[]): string => {
    const { stdout, stderr } = spawnSync(found(program)!, args, { env, encoding: 'utf8' });
    return `${stdout}${stderr}`;
  };
  const munge = ['key', 'socket', 'pid', 'log', 'seed'].map((what) => {
    const option = { key: 'key-file', socket: 'socket', pid: 'pid-file', log: 'log-file', seed: 'seed-file' }[what];
    return `--${option}=${at('munge', what)}`;
  });
  start('munged', 'munged', ['--foreground', '--force', ...munge]);
  for (let k = 0; k < 50 && !existsSync(at('munge', 'socket')); k++) await wait(100);
  start('slurmctld', 'slurmctld', ['-D', '-i']);
  for (const node of nodes) {
    mkdirSync(at(`spool-${node}`));
    start(node, 'slurmd', ['-D', '-N', node]);
  }
  /** A process, its children and theirs; a job's own sessions are found by their parents. */
  const killTree = (pid: number): void => {
    const below = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // already gone
    }
    for (const child of below.trim().split(/\s+/).filter(Boolean)) killTree(Number(child));
  };
  const stepsOf = (node: string): number[] => {
    // a step daemon leaves its slurmd and is known by its spool folder
    const all = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).stdout.split('\n');
    return all.flatMap((line) => {
      const [, pid, args] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      if (pid === undefined || !args!.includes('slurmstepd')) return [];
      const environment = environmentOf(pid);
      const mine = environment.includes(at('slurm.conf')) || existsAt(pid, folder);
      return mine && (node === '' || environmentNode(Number(pid), node)) ? [Number(pid)] : [];
    });
  };
  const killNode = (node: string): void => {
    const daemon = children.get(node)?.pid;
    const steps = stepsOf(node);
    if (daemon !== undefined) killTree(daemon);
    for (const step of steps) killTree(step);
  };
  const stop = async (): Promise<void> => {
    for (const step of stepsOf('')) killTree(step);
    for (const name of [...nodes, 'slurmctld', 'munged']) {
      const pid = children.get(name)?.pid;
      if (pid !== undefined) killTree(pid);
    }
    await wait(200);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let k = 0; k < 100; k++) {
    const states = command('sinfo', '-h', '-N', '-o', '%N %T');
    if (nodes.every((node) => states.includes(`${node} idle`))) return { env, folder, nodes, killNode, command, stop };
    await wait(300);
  }
  const told = `${command('sinfo', '-N')}\n${readFileSync(at('log', 'slurmctld.log'), 'utf8').slice(-2000)}`;
  await stop();
  throw new Error(`the cluster did not come up: ${told}`);
}

function existsAt(pid: string, folder: string): boolean {
  const link = spawnSync('readlink', [`/proc/${pid}/cwd`], { encoding: 'utf8' }).stdout;
  return link.startsWith(folder);
}

/** Whether what a step daemon runs was told to be on a node. */
function environmentNode(pid: number, node: string): boolean {
  const below = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return below
    .split(/\s+/)
    .filter(Boolean)
    .some((child) => environmentOf(child).split('\0').includes(`SLURMD_NODENAME=${node}`));
}

/** Environment of a process; empty when it has just ended. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

import { execFileSync } from 'node:child_process';

/** Process ids of the engines of this server: they belong to its process group and have a name of their own. */
export function engineProcesses(server) {
	const lines = execFileSync('ps', ['-eo', 'pid=,pgid=,args='], { encoding: 'utf8' }).split('\n');
	return lines
		.map(line => line.trim().split(/\s+/))
		.filter(([, group, name]) => Number(group) === server.pid && name === 'inkling-engine')
		.map(([pid]) => Number(pid));
}

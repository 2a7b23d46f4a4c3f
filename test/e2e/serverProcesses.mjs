import { execFileSync } from 'node:child_process';

/** Process ids of the engines of this server: they have a name of their own. */
export const engineProcesses = server => processes(server, ([name]) => name === 'inkling-engine');

/** Process ids of the extension hosts of this server, one for each window. */
export const extensionHosts = server => processes(server, words => words.includes('--type=extensionHost'));

/** Those whose command line is such a one; they belong to the process group of the server. */
function processes(server, isOne) {
	const lines = execFileSync('ps', ['-eo', 'pid=,pgid=,args='], { encoding: 'utf8' }).split('\n');
	return lines
		.map(line => line.trim().split(/\s+/))
		.filter(([, group, ...words]) => Number(group) === server.pid && isOne(words))
		.map(([pid]) => Number(pid));
}

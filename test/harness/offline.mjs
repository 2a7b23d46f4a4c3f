// Proves that everything local works without a network, and that nothing even tries to use one: runs a command in a
// network namespace that has no interface but loopback, and records every attempt to connect elsewhere.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { harnessFolder, outFolder, root } from './paths.mjs';
import { runProgram } from './report.mjs';

const folder = join(outFolder, 'test');

/** Why this machine cannot cut the network off for one program; undefined when it can. */
export function whyNotOffline() {
	if (process.platform !== 'linux') return `network namespaces are a Linux feature, this is ${process.platform}`;
	const attempt = spawnSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up'], { encoding: 'utf8' });
	if (attempt.status === 0) return undefined;
	return `'unshare -rn' is not permitted here (${(attempt.error?.message ?? attempt.stderr).trim()})`;
}

const hasStrace = () => spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/**
 * Runs a Node script without a network. Returns the attempts to connect to another machine, [] when there were none, what
 * recorded them, and how the script failed if it did.
 */
export async function runOffline(name, script) {
	mkdirSync(folder, { recursive: true });
	const log = join(folder, `offline-${name}.log`);
	rmSync(log, { force: true });
	const recorder = hasStrace() ? straceRecorder(log) : preloadRecorder(log);
	const words = [...recorder.prefix, process.execPath, ...script];
	const command = words.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
	const failure = await runProgram('unshare', ['-rn', 'sh', '-c', `ip link set lo up && exec ${command}`], {
		cwd: root,
		env: { ...asOnPersonalMachine(process.env), ...recorder.env },
	}).then(
		() => undefined,
		error => error.message,
	);
	return { attempts: existsSync(log) ? recorder.read(readFileSync(log, 'utf8')) : [], by: recorder.name, failure };
}

/** Libraries that report home keep silent on build servers; the proof is about a person's machine. */
function asOnPersonalMachine(environment) {
	const silencers =
		/^(CI|TF_BUILD|GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|BUILDKITE|TRAVIS|JENKINS_URL|DO_NOT_TRACK|ORT_.*)$|TELEMETRY/;
	return Object.fromEntries(Object.entries(environment).filter(([name]) => !silencers.test(name)));
}

/** Sees system calls, and so native code too. */
function straceRecorder(log) {
	return {
		name: 'strace',
		prefix: [
			'strace',
			'-f',
			'-qq',
			'--seccomp-bpf',
			'-e',
			'trace=connect,sendto,sendmsg,sendmmsg',
			'-e',
			'signal=none',
			'-o',
			log,
		],
		env: {},
		read: text =>
			text
				.split('\n')
				.filter(line => /sa_family=AF_INET/.test(line) && !/inet_addr\("127\.|"::1"|"::ffff:127\./.test(line)),
	};
}

/** Sees what Node's own modules do. */
function preloadRecorder(log) {
	const options =
		`${process.env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(join(harnessFolder, 'connectRecorder.cjs'))}`.trim();
	return {
		name: 'a module loaded into every Node process',
		prefix: [],
		env: { NODE_OPTIONS: options, INKLING_CONNECT_LOG: log },
		read: text => text.split('\n').filter(line => line !== ''),
	};
}

/** A script that does try, by address and by name: the recorder must see both. */
export const attemptingScript = [
	'-e',
	`const net = require('node:net');
	const tries = [{ host: '192.0.2.1', port: 443 }, { host: 'example.invalid', port: 443 }];
	for (const to of tries) net.connect(to).on('error', () => {}).on('connect', () => process.exit(1));`,
];

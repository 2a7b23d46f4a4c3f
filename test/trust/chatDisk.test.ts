import { execFileSync, spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChatHistory, readSession } from '../../src/history';
import { draws } from '../helpers/draws';

const questions = 8;
const top = mkdtempSync(join(tmpdir(), 'inkling-disk-'));
let folder: string;
beforeAll(async () => {
	chmodSync(top, 0o755);
	await build({
		absWorkingDir: join(import.meta.dirname, '..', '..'),
		entryPoints: ['test/helpers/chatOnDisk.main.ts', 'test/helpers/chatAppender.main.ts'],
		outExtension: { '.js': '.cjs' },
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		outdir: top,
		logLevel: 'warning',
	});
});
beforeEach(async () => {
	folder = join(mkdtempSync(join(top, 'chats-')), 'chats');
	const { journal } = new ChatHistory(folder, () => 0).create('old', '');
	for (let number = 0; number < questions; number++)
		await journal.append(
			[{ type: 'question', id: `q${number}`, parent: undefined, text: `Question ${number}`, context: [], at: 0 }],
			'durable',
		);
	const old = readFileSync(join(folder, 'old.jsonl'), 'utf8');
	writeFileSync(join(folder, 'damaged.jsonl'), old.replace('Question 3', 'Xuestion 3'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

interface Outcome {
	readonly code: string;
	readonly again?: string;
	readonly kept?: readonly string[];
	/** Questions that can be read afterwards. */
	readonly old: number;
	readonly damaged: number;
}

/** Runs the action in a shell that first makes the disk what it should be; `$0` is the folder. */
function act(action: string, shell: string, options: SpawnOptions = {}): Outcome {
	const script = join(top, 'chatOnDisk.main.cjs');
	const command = `${shell}\nexec "$1" "$2" "$0" ${action}`;
	const output = execFileSync('sh', ['-ec', command, folder, process.execPath, script], {
		...options,
		encoding: 'utf8',
	});
	return JSON.parse(output) as Outcome;
}

/** The folder on a small disk of its own. */
function onSmallDisk(action: string, shell: string, mount = 'size=4m'): Outcome {
	const script = join(top, 'chatOnDisk.main.cjs');
	const command = [
		'copy=$(mktemp -d) && cp "$0"/* "$copy" && chmod 755 "$0"',
		`mount -t tmpfs -o ${mount} none "$0"`,
		'cp "$copy"/* "$0" && rm -r "$copy"',
		shell,
		`exec "$1" "$2" "$0" ${action}`,
	];
	const words = ['--map-root-user', '--mount', 'sh', '-ec', command.join('\n'), folder, process.execPath, script];
	return JSON.parse(execFileSync('unshare', words, { encoding: 'utf8' })) as Outcome;
}

/** Nobody who may pass over permissions. */
function asOrdinaryUser(action: string, shell: string): Outcome {
	if (process.getuid?.() !== 0) return act(action, shell);
	const nobody = 65_534;
	for (const path of [join(folder, '..'), folder, ...readdirSync(folder).map(name => join(folder, name))])
		chownSync(path, nobody, nobody);
	return act(action, shell, { uid: nobody, gid: nobody });
}

const canMount = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;
const fill = 'cat /dev/zero > "$0/ballast" 2>/dev/null || true';
const whole = { old: questions, damaged: questions - 1 };

describe.skipIf(process.platform !== 'linux')('R8: a disk that takes nothing', () => {
	describe.skipIf(!canMount)('because it is full', () => {
		test('an old conversation goes on once there is room, with what was said meanwhile', () => {
			const outcome = onSmallDisk('append', fill);
			expect(outcome).toEqual({ code: 'diskFull', again: 'none', kept: ['first', 'second'], ...whole });
		});

		test('a new conversation goes on likewise', () => {
			const outcome = onSmallDisk('create', fill);
			expect(outcome).toEqual({ code: 'diskFull', again: 'none', kept: ['first', 'second'], ...whole });
		});

		test('a damaged conversation is opened and left as it is', () => {
			expect(onSmallDisk('open', fill)).toEqual({ code: 'none', ...whole });
		});

		test('no more files fit on it', () => {
			expect(onSmallDisk('create', '', 'size=4m,nr_inodes=3')).toMatchObject({ code: 'diskFull', ...whole });
		});

		test('it was mounted read-only', () => {
			expect(onSmallDisk('append', 'mount -o remount,ro "$0"')).toEqual({ code: 'readOnly', ...whole });
		});

		test('nothing can be deleted on one that is read-only', () => {
			expect(onSmallDisk('delete', 'mount -o remount,ro "$0"')).toEqual({ code: 'readOnly', ...whole });
		});
	});

	test('the device is full', () => {
		symlinkSync('/dev/full', join(folder, 'new.jsonl'));
		expect(act('create', '')).toEqual({ code: 'diskFull', ...whole });
	});

	test('files may not grow any more', () => {
		expect(act('append', 'trap "" XFSZ; ulimit -f 8')).toEqual({ code: 'diskFull', ...whole });
	});

	test('a file that may not be written to', () => {
		expect(asOrdinaryUser('append', 'chmod 444 "$0"/*')).toEqual({ code: 'readOnly', ...whole });
	});

	test('a folder that may not be written to', () => {
		expect(asOrdinaryUser('create', 'chmod 555 "$0"')).toEqual({ code: 'readOnly', ...whole });
	});

	test('a damaged conversation in such a folder is opened and left as it is', () => {
		expect(asOrdinaryUser('open', 'chmod 555 "$0"')).toEqual({ code: 'none', ...whole });
	});

	test('a folder that cannot be made', () => {
		const outcome = asOrdinaryUser('create', 'rm -r "$0"; chmod 555 "$(dirname "$0")"');
		expect(outcome).toMatchObject({ code: 'readOnly' });
	});
});

describe('R9: two windows with one conversation', () => {
	const script = join(top, 'chatAppender.main.cjs');

	/** A process that waits until it is told to begin. */
	function window(name: string, count: number) {
		const child = spawn(process.execPath, [script, folder, 'old', name, String(count)], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		let output = '';
		const ready = new Promise<void>(resolve =>
			child.stdout.on('data', data => {
				output += String(data);
				if (output.includes('ready')) resolve();
			}),
		);
		const done = new Promise<number>((resolve, reject) => {
			child.on('error', reject);
			child.on('close', code =>
				code === 0 ? resolve(Number(output.split('\n')[1])) : reject(new Error(`exit ${code}`)),
			);
		});
		return { ready, begin: () => child.stdin.write('go\n'), done };
	}

	test('every line of both is whole, and each hears of the other', async () => {
		const count = draws(50, 500);
		const windows = ['a', 'b'].map(name => window(name, count));
		await Promise.all(windows.map(({ ready }) => ready));
		for (const { begin } of windows) begin();
		const heard = await Promise.all(windows.map(({ done }) => done));
		const reading = readSession(readFileSync(join(folder, 'old.jsonl')), 'old', 0);
		expect(reading.health).toBe('whole');
		const ids = new Set(reading.conversation.turns.keys());
		for (let number = 0; number < count; number++)
			for (const name of ['a', 'b']) expect(ids).toContain(`${name}${number}`);
		expect(reading.goodLines).toHaveLength(1 + questions + 2 * count);
		// Whoever wrote last had heard of all that the other had written by then.
		expect(Math.max(...heard)).toBeGreaterThan(0);
	});
});

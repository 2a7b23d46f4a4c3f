// One process at a time may install or build: two terminals, or a person and a test run, must not collide.
import { mkdirSync, openSync, readFileSync, rmSync, writeSync, closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './report.mjs';

/** Runs `action` while holding the lock file; a lock left behind by a process that is gone is taken over. */
export async function withLock(file, action) {
	mkdirSync(dirname(file), { recursive: true });
	let told = false;
	while (!tryTake(file)) {
		const owner = ownerOf(file);
		if (owner !== undefined && !isAlive(owner)) {
			rmSync(file, { force: true });
			continue;
		}
		if (!told) say(`Waiting for process ${owner ?? '(unknown)'}, which is setting up the same folder (${file}).`);
		told = true;
		await delay(300);
	}
	try {
		return await action();
	} finally {
		rmSync(file, { force: true });
	}
}

function tryTake(file) {
	try {
		const handle = openSync(file, 'wx');
		writeSync(handle, String(process.pid));
		closeSync(handle);
		return true;
	} catch (error) {
		if (error.code === 'EEXIST') return false;
		throw error;
	}
}

function ownerOf(file) {
	try {
		const pid = Number(readFileSync(file, 'utf8'));
		return pid > 0 ? pid : undefined;
	} catch {
		return undefined; // released between the two calls
	}
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

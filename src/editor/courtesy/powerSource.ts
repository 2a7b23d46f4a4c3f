import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const options = { timeout: 5000, windowsHide: true } as const;
const linuxSupplies = '/sys/class/power_supply';

/** Whether this machine lives on its battery now. False where there is none, and where the system does not say. */
export async function isOnBattery(platform: NodeJS.Platform = process.platform): Promise<boolean> {
	try {
		if (platform === 'linux') return await linuxOnBattery(linuxSupplies);
		if (platform === 'darwin')
			return (await run('/usr/bin/pmset', ['-g', 'batt'], options)).stdout.includes("'Battery Power'");
		if (platform !== 'win32') return false;
		// 1 is discharging; every other number is on the mains.
		const query = '(Get-CimInstance -ClassName Win32_Battery).BatteryStatus';
		const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], options);
		return stdout.trim() === '1';
	} catch {
		// A system that cannot be asked is treated as one on the mains.
		return false;
	}
}

/** By the kernel's list of power supplies: no mains is online, and a battery of the machine itself is being used.
 * @param folder the list, one folder for each supply */
export async function linuxOnBattery(folder: string): Promise<boolean> {
	const names = await readdir(folder).catch(() => []);
	const supplies = await Promise.all(
		names.map(async name => {
			const read = async (file: string): Promise<string> =>
				(await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim();
			return {
				type: await read('type'),
				online: await read('online'),
				status: await read('status'),
				scope: await read('scope'),
			};
		}),
	);
	const isPlugged = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
	// The battery of a mouse says nothing about the machine.
	return (
		!isPlugged &&
		supplies.some(({ type, status, scope }) => type === 'Battery' && scope !== 'Device' && status === 'Discharging')
	);
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Measurements } from './measurements';

const run = promisify(execFile);

export function declareActivation(measurements: Measurements): void {
	measurements.declare('activate.require.ms', 'ms', 'extension bundle: read and compile');
	measurements.declare('activate.call.ms', 'ms', 'extension bundle: activate()');
	measurements.declare('activate.total.ms', 'ms', 'extension bundle: both');
	measurements.declare('activate.cpu.ms', 'ms', 'extension bundle: both, processor time of all threads');
	measurements.remark(
		'activate() runs in a fresh Node process with a stand-in for the vscode module; the real extension host is measured by the editor tests.',
	);
}

/** One activation in a process of its own, so that nothing is compiled or cached before. */
export async function measureActivation(root: string, measurements: Measurements): Promise<void> {
	const { stdout } = await run(process.execPath, [join(root, 'test', 'bench', 'activate.mjs'), root]);
	const { requireMs, activateMs, cpuMs } = JSON.parse(stdout) as Record<'requireMs' | 'activateMs' | 'cpuMs', number>;
	measurements.add('activate.require.ms', requireMs);
	measurements.add('activate.call.ms', activateMs);
	measurements.add('activate.total.ms', requireMs + activateMs);
	measurements.add('activate.cpu.ms', cpuMs);
}

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** VS Code calls this in the extension host; a rejection is a failed run. */
export async function run(): Promise<void> {
	const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000, forbidOnly: process.env.CI !== undefined });
	const grep = process.env.INKLING_TEST_GREP;
	if (grep !== undefined) mocha.grep(grep);
	for (const name of readdirSync(__dirname)) {
		if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
	}
	const { passed, failed } = await new Promise<{ passed: number; failed: number }>(resolve => {
		const runner = mocha.run(failures => resolve({ passed: runner.stats?.passes ?? 0, failed: failures }));
	});
	const results = process.env.INKLING_TEST_RESULTS;
	if (results !== undefined) writeFileSync(results, JSON.stringify({ passed, failed }));
	if (failed > 0) throw new Error(`${failed} tests failed`);
	if (passed === 0) throw new Error('No test ran');
}

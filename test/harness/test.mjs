// `npm test`: sets up, then runs everything that must be green, and says in one line how it went.
// Arguments pick steps by name: npm test -- lint unit
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { attemptingScript, runOffline, whyNotOffline } from './offline.mjs';
import { harnessFolder, outFolder, root } from './paths.mjs';
import { recipeTests } from './recipeTests.mjs';
import { main, say, seconds, SetupError } from './report.mjs';
import { ensureBuild, ensureDependencies } from './setup.mjs';

const results = join(outFolder, 'test');
const bin = (name, file) => join(root, 'node_modules', name, file);
const eslint = bin('eslint', 'bin/eslint.js');
const prettier = bin('prettier', 'bin/prettier.cjs');
const typescript = bin('typescript', 'bin/tsc');
const vitest = bin('vitest', 'vitest.mjs');
const harness = name => join(harnessFolder, name);

/** Every step returns how many of its tests passed, failed and were left out; a check that is not a test counts as one. */
const steps = [
	['lint', () => check([eslint, '--max-warnings', '0', '.'], [prettier, '--check', '--log-level', 'warn', '.'])],
	['typecheck', () => check([typescript, '-p', '.', '--noEmit'], [typescript, '-p', 'src/webview', '--noEmit'])],
	['unit', () => vitestProject('unit')],
	['engine', () => vitestProject('engine')],
	['recipe', recipeTests],
	['trust', () => vitestProject('trust')],
	['package', () => check([harness('package.mjs')])],
	['editor', () => suite([harness('runEditorTests.mjs')], 'editor.json', counts => counts)],
	['e2e', () => suite([harness('runE2eTests.mjs')], 'e2e.json', playwrightCounts)],
	['offline', offline],
];

await main(async () => {
	const chosen = process.argv.slice(2);
	const unknown = chosen.filter(name => !steps.some(([step]) => step === name));
	if (unknown.length > 0)
		throw new SetupError(`No such step: ${unknown.join(', ')}. Steps: ${steps.map(([name]) => name).join(', ')}.`);
	await ensureDependencies();
	await ensureBuild();
	const summary = [];
	for (const [name, run] of steps.filter(([step]) => chosen.length === 0 || chosen.includes(step))) {
		say(`\n=== ${name}`);
		const start = performance.now();
		summary.push({ name, ...(await run()), time: seconds(start) });
	}
	return report(summary);
});

function report(summary) {
	say('');
	for (const { name, passed, failed, skipped = 0, time, note } of summary) {
		const extra = [skipped > 0 ? `${skipped} skipped` : '', note ?? ''].filter(text => text !== '').join('; ');
		say(`${name.padEnd(10)} ${passed} passed, ${failed} failed  (${time})${extra === '' ? '' : `  ${extra}`}`);
	}
	const passed = summary.reduce((sum, step) => sum + step.passed, 0);
	const failed = summary.reduce((sum, step) => sum + step.failed, 0);
	say(`${passed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

/** Runs a Node script with its output shown; resolves to whether it succeeded. */
function run(script) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, script, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
		child.on('error', reject).on('close', code => resolve(code === 0));
	});
}

/** Each command is one check. */
async function check(...commands) {
	let passed = 0;
	for (const command of commands) passed += (await run(command)) ? 1 : 0;
	return { passed, failed: commands.length - passed };
}

/** A suite that writes its counts; one that fails without counting a failure counts as one. */
async function suite(script, file, read) {
	const path = join(results, file);
	rmSync(path, { force: true });
	const succeeded = await run(script);
	if (!existsSync(path)) return { passed: 0, failed: 1, note: 'did not get as far as its tests' };
	const counts = read(JSON.parse(readFileSync(path, 'utf8')));
	if (counts.passed === 0 && counts.failed === 0) return { ...counts, failed: 1, note: 'no test ran' };
	return succeeded || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function vitestArguments(project, file) {
	return [
		vitest,
		'run',
		'--project',
		project,
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${join(results, file)}`,
	];
}

function vitestProject(project) {
	return suite(
		vitestArguments(project, `${project}.json`),
		`${project}.json`,
		({ numPassedTests, numFailedTests, numPendingTests }) => ({
			passed: numPassedTests,
			failed: numFailedTests,
			skipped: numPendingTests,
		}),
	);
}

/** A test that CI had to try again passes, and is counted aloud. */
function playwrightCounts({ stats: { expected, unexpected, flaky, skipped } }) {
	const note = flaky > 0 ? `${flaky} only when tried again` : undefined;
	return { passed: expected + flaky, failed: unexpected, skipped, note };
}

/** The local suites with the network cut off. Three checks: the recorder sees attempts, the suites pass, none is made. */
async function offline() {
	const reason = whyNotOffline();
	if (reason !== undefined) return { passed: 0, failed: 0, skipped: 5, note: reason };
	const outcomes = [];
	const expectThat = (statement, isTrue) => {
		say(`${isTrue ? '✓' : '✗'} ${statement}`);
		outcomes.push(isTrue);
	};
	const control = await runOffline('control', attemptingScript);
	expectThat(
		`${control.by} records an attempt to connect (positive control: ${control.attempts.length})`,
		control.attempts.length > 0,
	);
	const attempts = [];
	for (const project of ['unit', 'engine']) {
		const outcome = await runOffline(project, [vitest, 'run', '--project', project, '--reporter=dot']);
		attempts.push(...outcome.attempts);
		if (outcome.failure !== undefined) say(outcome.failure);
		expectThat(`the ${project} tests pass without a network`, outcome.failure === undefined);
	}
	// VS Code itself and the browser look for their own servers, so here only the result counts.
	const editor = await runOffline('editor', [harness('runEditorTests.mjs')]);
	expectThat('the tests inside VS Code pass without a network', editor.failure === undefined);
	for (const attempt of attempts.slice(0, 10)) say(`  ${attempt}`);
	expectThat(`no test tried to connect to another machine (${attempts.length} attempts)`, attempts.length === 0);
	const passed = outcomes.filter(isTrue => isTrue).length;
	return { passed, failed: outcomes.length - passed };
}

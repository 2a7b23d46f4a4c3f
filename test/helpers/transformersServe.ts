import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
/** What `transformers serve` needs: pip install "transformers[serving]" torch accelerate requests */
const needed = 'import transformers, torch, accelerate, fastapi, uvicorn, openai, requests';

/** A Python that can run `transformers serve`: INKLING_PYTHON, or one of a virtual environment in .cache; undefined where there is
 * none. */
export async function findPython(): Promise<string | undefined> {
	const inCache = ['serve-venv', 'venv'].map(name => join(root, '.cache', name, 'bin', 'python'));
	for (const python of [process.env.INKLING_PYTHON, ...inCache].filter(file => file !== undefined)) {
		if (!existsSync(python)) continue;
		const works = await run(python, ['-c', needed]).then(
			() => true,
			() => false,
		);
		if (works) return python;
	}
	return undefined;
}

/** Hugging Face's server with a small model of random weights, on a free port of the loopback interface. */
export class TransformersServe {
	private constructor(
		private readonly child: ChildProcess,
		readonly url: string,
		/** Name of the model, which is its folder. */
		readonly model: string,
	) {}

	static async start(python: string, folder: string): Promise<TransformersServe> {
		const tokenizer = join(root, 'test', 'fixtures', 'tokenizers', 'gpt2');
		const script = join(root, 'test', 'helpers', 'tinyChatModel.py');
		await run(python, [script, join(tokenizer, 'vocab.json.gz'), join(tokenizer, 'merges.txt.gz'), folder]);
		const port = await freePort();
		const command = ['-m', 'transformers.cli.transformers', 'serve', folder, '--host', '127.0.0.1'];
		const child = spawn(python, [...command, '--port', String(port), '--device', 'cpu'], {
			env: { ...process.env, HF_HUB_OFFLINE: '1', HF_HUB_CACHE: folder, OMP_NUM_THREADS: '1' },
			stdio: 'ignore',
		});
		const server = new TransformersServe(child, `http://127.0.0.1:${port}/v1`, folder);
		await server.untilHealthy();
		return server;
	}

	async stop(): Promise<void> {
		const ended = new Promise(resolve => this.child.once('exit', resolve));
		this.child.kill('SIGKILL');
		await ended;
	}

	private async untilHealthy(): Promise<void> {
		const deadline = performance.now() + 120_000;
		while (performance.now() < deadline) {
			if (this.child.exitCode !== null) throw new Error(`transformers serve ended with ${this.child.exitCode}.`);
			const isUp = await fetch(this.url.replace('/v1', '/health')).then(
				response => response.ok,
				() => false,
			);
			if (isUp) return;
			await delay(200);
		}
		throw new Error('transformers serve did not start within two minutes.');
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise(resolve => server.close(resolve));
	return port;
}

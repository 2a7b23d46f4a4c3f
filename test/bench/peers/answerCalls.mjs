/** Answers one call at a time from the benchmark with the methods of a contestant. */
export function answerCalls(contestant) {
	process.on('message', async ({ method, values }) => {
		try {
			process.send({ result: await contestant[method](...values) });
		} catch (error) {
			process.send({ error: error?.stack ?? String(error) });
		}
	});
}

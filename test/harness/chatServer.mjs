// A small OpenAI-compatible server for end-to-end tests: may want a key, streams what it was told to, and can die in mid-answer.
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

const event = (delta, finish = null) =>
	`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/**
 * `answer`: the text of every chat answer, or a function from the last message to it, to { reasoning, text } where `text` may arrive in
 * pieces (an async iterable), or to { refusal }, the server's words for why there is none. `behaviour.dies` makes every chat answer end
 * in its middle. `completion`: what stands at a cursor. Without `key` it lets everybody in. Pass `tls`
 * ({ cert, key }) for https.
 */
export async function startChatServer({ key, answer, completion, tls }) {
	const behaviour = { dies: false };
	const requests = [];
	const handle = async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		requests.push({ path: request.url, authorization: request.headers.authorization, body });
		if (key !== undefined && request.headers.authorization !== `Bearer ${key}`)
			return response.writeHead(401).end('{"error":{"message":"Incorrect API key provided."}}');
		if (request.url === '/v1/models')
			return response.end(JSON.stringify({ data: [{ id: 'test-model', owned_by: 'vllm', max_model_len: 4096 }] }));
		if (request.url === '/v1/completions' && completion !== undefined) return complete(response, completion);
		if (request.url !== '/v1/chat/completions') return response.writeHead(404).end('{"detail":"Not Found"}');
		const said = answerTo(body, answer);
		if (said.refusal === undefined) return stream(response, said, behaviour.dies);
		return response.writeHead(400).end(JSON.stringify({ error: { message: said.refusal } }));
	};
	const server = tls ? createSecureServer(tls, handle) : createServer(handle);
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		behaviour,
		requests,
		url: `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}/v1`,
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}

function answerTo(body, answer) {
	const said = typeof answer === 'function' ? answer(JSON.parse(body).messages.at(-1).content) : answer;
	return typeof said === 'string' ? { text: said } : said;
}

async function stream(response, { reasoning, text }, dies) {
	const words = typeof text === 'string' ? text.split(/(?<= )/) : text;
	const end = dies ? Math.ceil(words.length / 2) : Infinity;
	if (reasoning !== undefined) response.write(event({ reasoning_content: reasoning }));
	let count = 0;
	for await (const content of words) {
		if (count++ === end) return response.destroy();
		await new Promise(resolve => response.write(event({ content }), resolve));
	}
	const usage = { prompt_tokens: 321, completion_tokens: count, total_tokens: 321 + count };
	response.write(event({}, 'stop'));
	response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
	return undefined;
}

function complete(response, text) {
	const choice = (more, finish) =>
		`data: ${JSON.stringify({ choices: [{ index: 0, text: more, finish_reason: finish }] })}\n\n`;
	response.end(`${choice(text, null)}${choice('', 'stop')}data: [DONE]\n\n`);
	return undefined;
}

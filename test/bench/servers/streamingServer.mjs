// A server with room for everybody, in a process of its own: every answer streams a token each 20 ms, completions begin after 30 ms.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const tokenMs = 20;
const firstTokenMs = 30;
const event = choice => `data: ${JSON.stringify({ choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;

const server = createServer(async (request, response) => {
	let body = '';
	for await (const chunk of request) body += chunk;
	const isChat = request.url.endsWith('/chat/completions');
	const { max_tokens: tokens } = JSON.parse(body);
	let isGone = false;
	response.on('close', () => (isGone = true));
	await delay(firstTokenMs);
	for (let count = 0; count < tokens && !isGone; count++) {
		response.write(event(isChat ? { delta: { content: `word${count} ` } } : { text: `word${count} ` }));
		await delay(tokenMs);
	}
	response.end(`${event({ text: '', delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
